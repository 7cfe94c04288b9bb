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

LiveHandle::LiveHandle(std::string device, Capture capture, std::uint32_t snap_len)
    : device_(std::move(device)),
      capture_(std::move(capture)),
      link_type_(link_type_of(pcap_datalink(capture_.get()))),
      fd_(pcap_get_selectable_fd(capture_.get())),
      snap_len_(snap_len),
      copies_(kCopied + snap_len) {
  frames_.reserve(kFrames);
}

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
  return LiveHandle(device, std::move(*capture), options.snap_len);
}

void LiveHandle::close() {
  dropped();
  capture_ = nullptr;
  fd_ = -1;
}

void LiveHandle::keep(std::int64_t seconds, std::int64_t nanoseconds, std::uint32_t wire_len,
                      std::span<const std::uint8_t> bytes) {
  const auto place = std::span(copies_).subspan(copied_, bytes.size());
  std::ranges::copy(bytes, place.begin());
  copied_ += bytes.size();
  frames_.push_back({.ref = {},
                     .time = Time{std::chrono::seconds(seconds) + Duration(nanoseconds)},
                     .bytes = place,
                     .wire_len = std::max(wire_len, static_cast<std::uint32_t>(bytes.size())),
                     .link_type = link_type_});
}

std::expected<void, Error> LiveHandle::refill() {
  frames_.clear();
  given_ = 0;
  copied_ = 0;
  const auto keep_one = [](u_char* handle, const pcap_pkthdr* header, const u_char* data) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpcap passes on an u_char*, whatever it is
    auto& self = *reinterpret_cast<LiveHandle*>(handle);
    const std::size_t length = std::min(header->caplen, self.snap_len_);
    self.keep(header->ts.tv_sec, header->ts.tv_usec, header->len, {data, length});
    if (self.copied_ > kCopied) pcap_breakloop(self.capture_.get());  // another packet might not fit
  };
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): see above
  const int status = pcap_dispatch(capture_.get(), kFrames, keep_one, reinterpret_cast<u_char*>(this));
  if (status >= 0 || status == PCAP_ERROR_BREAK || !frames_.empty()) return {};
  return std::unexpected(Error{device_, pcap_geterr(capture_.get()), "", ""});
}

std::uint64_t LiveHandle::dropped() {
  pcap_stat counts{};
  if (capture_ == nullptr || pcap_stats(capture_.get(), &counts) != 0) return dropped_;
  dropped_ += counts.ps_drop - std::exchange(last_dropped_, counts.ps_drop);
  return dropped_;
}

}  // namespace whydrop
