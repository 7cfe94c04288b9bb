// Formats that only libpcap knows, read through it. The one file that sees <pcap/pcap.h> for files.
//
// libpcap reads from our Input through a stdio cookie: files and pipes alike, bytes already looked at included, and
// without opening anything again. It lends one packet at a time, so a batch is one frame.
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "src/capture/dlt.h"
#include "src/capture/formats.h"

namespace whydrop {
namespace {

/// What libpcap's FILE reads from.
struct Lent {
  Input input;
  std::optional<Error> error{};  ///< which ended it
};

/// The stdio read function: cookie is a Lent. To libpcap an error is the end.
ssize_t read_input(void* cookie, char* room, std::size_t size) {
  auto& [input, error] = *static_cast<Lent*>(cookie);
  if (input.bytes().empty()) {
    const auto held = input.hold(1);
    if (!held) error = held.error();
    if (!held || !*held) return 0;
  }
  const std::size_t count = std::min(size, input.bytes().size());
  std::memcpy(room, input.bytes().data(), count);
  input.consume(count);
  return static_cast<ssize_t>(count);
}

class LibpcapSource final : public Source {
 public:
  LibpcapSource(std::unique_ptr<Lent> lent, PcapHandle capture, std::uint32_t index)
      : lent_(std::move(lent)), capture_(std::move(capture)), index_(index) {
    const Input& input = lent_->input;
    file_ = {.path = input.path(), .format = input.format("libpcap"), .size = input.size()};
    file_.interfaces.push_back({.link_type = link_type_of(pcap_datalink(capture_.get())),
                                .snap_len = static_cast<std::uint32_t>(pcap_snapshot(capture_.get()))});
  }

  const CaptureFile& file() const override { return file_; }

  std::expected<std::size_t, Error> read(std::span<Frame> batch) override {
    if (ended_ || batch.empty()) return 0;
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int status = pcap_next_ex(capture_.get(), &header, &data);
    file_.consumed = lent_->input.consumed();
    if (status != 1) return end(status);
    ++file_.packets;
    file_.bytes += header->caplen;
    batch.front() = Frame{.ref = PacketRef(index_, file_.packets),
                          .time = Time{std::chrono::seconds(header->ts.tv_sec) + Duration(header->ts.tv_usec)},
                          .bytes = {data, header->caplen},
                          .wire_len = std::max(header->caplen, header->len),
                          .link_type = file_.interfaces.front().link_type};
    return 1;
  }

 private:
  std::expected<std::size_t, Error> end(int status) {
    ended_ = true;
    const std::string_view problem = status == PCAP_ERROR_BREAK ? "" : pcap_geterr(capture_.get());
    if (lent_->error) return std::unexpected(*lent_->error);
    if (problem.starts_with("truncated")) file_.cut_at = lent_->input.offset();
    if (problem.empty() || file_.cut_at) return 0;
    return std::unexpected(Error{lent_->input.name(), std::string(problem), "", "capture or copy it again"});
  }

  std::unique_ptr<Lent> lent_;  ///< libpcap's FILE points to it
  PcapHandle capture_;
  std::uint32_t index_;
  CaptureFile file_;
  bool ended_ = false;
};

}  // namespace

Opened open_libpcap(Input input, std::uint32_t index) {
  auto held = std::make_unique<Lent>(Lent{std::move(input)});
  std::array<char, PCAP_ERRBUF_SIZE> problem{};
  cookie_io_functions_t functions{};
  functions.read = read_input;
  std::FILE* stream = ::fopencookie(held.get(), "rb", functions);
  if (stream != nullptr) {
    PcapHandle capture(
        pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, problem.data()));  // closes stream
    if (capture) return std::make_unique<LibpcapSource>(std::move(held), std::move(capture), index);
    static_cast<void>(std::fclose(stream));  // only read from
  }
  if (held->error) return std::unexpected(*held->error);
  return std::unexpected(Error{held->input.name(), "is no capture file that whydrop or libpcap knows", "byte 0",
                               "if Wireshark opens it, editcap -F pcapng converts it"});
}

}  // namespace whydrop
