// Opens, filters, reads and counts with libpcap.
#include "src/capture/live_handle.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "src/capture/dlt.h"
#include "src/capture/lean.h"

namespace whydrop {
namespace {

constexpr int kBlockTimeout = 100;  // ms after which the kernel hands over a block that is not full

Error cannot_open(const std::string& device, int status, const char* problem) {
  switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return {device, "capturing from it is not permitted", "", "run whydrop live as root"};
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return {device, "there is no such interface", "", "whydrop live -D lists what there is"};
    case PCAP_ERROR_IFACE_NOT_UP: return {device, "the interface is down", "", "ip link set " + device + " up"};
    default: break;
  }
  std::string what = problem;
  if (what.empty()) what = pcap_statustostr(status);
  return {device, "cannot be captured from: " + what, "", "whydrop live -D lists what there is"};
}

}  // namespace

void LiveHandle::Close::operator()(pcap* capture) const { pcap_close(capture); }

LiveHandle::LiveHandle(LiveHandle&& other) noexcept = default;
LiveHandle& LiveHandle::operator=(LiveHandle&& other) noexcept = default;
LiveHandle::~LiveHandle() = default;

LiveHandle::LiveHandle(std::string device, Capture capture, const LiveOptions& options)
    : device_(std::move(device)),
      capture_(std::move(capture)),
      link_type_(link_type_of(pcap_datalink(capture_.get()))),
      fd_(pcap_get_selectable_fd(capture_.get())),
      snap_len_(options.snap_len),
      most_aside_(options.aside) {}

std::expected<LiveHandle::Capture, Error> LiveHandle::activated(const std::string& device, const LiveOptions& options) {
  std::array<char, PCAP_ERRBUF_SIZE> problem{};
  Capture capture(pcap_create(device.c_str(), problem.data()));
  if (!capture) return std::unexpected(cannot_open(device, PCAP_ERROR, problem.data()));
  pcap_set_snaplen(capture.get(), static_cast<int>(options.snap_len));
  pcap_set_promisc(capture.get(), options.promiscuous ? 1 : 0);
  pcap_set_immediate_mode(capture.get(), options.immediate ? 1 : 0);
  pcap_set_timeout(capture.get(), kBlockTimeout);
  pcap_set_buffer_size(capture.get(), static_cast<int>(options.buffer));
  pcap_set_tstamp_precision(capture.get(), PCAP_TSTAMP_PRECISION_NANO);
  const int status = pcap_activate(capture.get());
  if (status < 0) return std::unexpected(cannot_open(device, status, pcap_geterr(capture.get())));
  if (pcap_setnonblock(capture.get(), 1, problem.data()) != 0) {
    return std::unexpected(cannot_open(device, PCAP_ERROR, problem.data()));
  }
  // What stands for all interfaces says of each packet which of them it crossed, where libpcap can.
  constexpr int kNamesInterfaces = DLT_LINUX_SLL2;
  if (pcap_datalink(capture.get()) == DLT_LINUX_SLL) pcap_set_datalink(capture.get(), kNamesInterfaces);
  return capture;
}

std::expected<void, Error> LiveHandle::set_filter(pcap& capture, const std::string& filter) {
  bpf_program program{};
  if (pcap_compile(&capture, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return std::unexpected(
        Error{"filter '" + filter + "'", pcap_geterr(&capture), "", "pcap-filter(7) has the syntax"});
  }
  const bool set = pcap_setfilter(&capture, &program) == 0;
  pcap_freecode(&program);
  if (set) return {};
  return std::unexpected(Error{"filter '" + filter + "'", pcap_geterr(&capture), "", "try a simpler one"});
}

std::expected<LiveHandle, Error> LiveHandle::open(const std::string& device, const LiveOptions& options) {
  auto capture = activated(device, options);
  if (!capture) return std::unexpected(capture.error());
  if (!options.filter.empty()) {
    if (auto set = set_filter(**capture, options.filter); !set) return std::unexpected(set.error());
  }
  if (options.lean) {
    const std::string wanted = options.filter.empty() ? "" : fmt::format("({}) and ", options.filter);
    if (auto set = set_filter(**capture, fmt::format("{}({})", wanted, lean_filter())); !set) {
      return std::unexpected(set.error());
    }
  }
  return LiveHandle(device, std::move(*capture), options);
}

void LiveHandle::close() {
  dropped();
  capture_ = nullptr;
  fd_ = -1;
}

void LiveHandle::keep(std::int64_t seconds, std::int64_t nanoseconds, std::uint32_t wire_len,
                      std::span<const std::uint8_t> bytes) {
  Piece& piece = pieces_.back();
  const auto place = std::span(piece.copies.get(), room_of_piece()).subspan(piece.copied, bytes.size());
  std::ranges::copy(bytes, place.begin());
  piece.copied += bytes.size();
  piece.frames.push_back({.ref = {},
                          .time = Time{std::chrono::seconds(seconds) + Duration(nanoseconds)},
                          .bytes = place,
                          .wire_len = std::max(wire_len, static_cast<std::uint32_t>(bytes.size())),
                          .link_type = link_type_});
}

void LiveHandle::give(std::size_t count) {
  pieces_[giving_].given += count;
  given_ += count;
  if (pieces_[giving_].held().empty()) ++giving_;
}

void LiveHandle::forget_given() {
  for (std::size_t at = 0; at < giving_; ++at) spare_.push_back(std::move(pieces_[at]));
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(giving_));
  giving_ = 0;
}

int LiveHandle::take(int most) {
  given_ = 0;
  if (spare_.empty()) {
    spare_.push_back({.copies = std::make_unique_for_overwrite<std::uint8_t[]>(room_of_piece())});  // NOLINT
  }
  pieces_.push_back(std::move(spare_.back()));
  spare_.pop_back();
  Piece& piece = pieces_.back();
  piece.frames.clear();
  piece.copied = piece.given = 0;
  const auto keep_one = [](u_char* handle, const pcap_pkthdr* header, const u_char* data) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpcap passes on an u_char*, whatever it is
    auto& self = *reinterpret_cast<LiveHandle*>(handle);
    const std::size_t length = std::min(header->caplen, self.snap_len_);
    self.keep(header->ts.tv_sec, header->ts.tv_usec, header->len, {data, length});
    // Another packet might not fit.
    if (self.pieces_.back().copied > kCopied) pcap_breakloop(self.capture_.get());
  };
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): see above
  const int status = pcap_dispatch(capture_.get(), most, keep_one, reinterpret_cast<u_char*>(this));
  if (piece.frames.empty()) {
    spare_.push_back(std::move(piece));
    pieces_.pop_back();
  }
  return status;
}

std::expected<void, Error> LiveHandle::refill() {
  forget_given();
  if (!held().empty()) {
    if (given_ >= kFramesAside) set_aside();
    return {};
  }
  const std::size_t before = pieces_.size();
  const int status = take(kFrames);
  if (status >= 0 || status == PCAP_ERROR_BREAK || pieces_.size() > before) return {};
  return std::unexpected(Error{device_, pcap_geterr(capture_.get()), "", ""});
}

void LiveHandle::set_aside() {
  std::size_t used = 0;
  for (const Piece& piece : pieces_) used += piece.used();
  while (used < most_aside_) {
    const std::size_t before = pieces_.size();
    const int status = take(kFramesAside);
    if (pieces_.size() > before) used += pieces_.back().used();
    if (status < kFramesAside && status != PCAP_ERROR_BREAK) return;
  }
}

std::uint64_t LiveHandle::dropped() {
  pcap_stat counts{};
  if (capture_ == nullptr || pcap_stats(capture_.get(), &counts) != 0) return dropped_;
  dropped_ += counts.ps_drop - std::exchange(last_dropped_, counts.ps_drop);
  return dropped_;
}

}  // namespace whydrop
