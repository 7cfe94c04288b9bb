// libpcap compiles an expression for each link type, and runs it over frames that our own readers found.
#include "src/capture/frame_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "src/capture/dlt.h"

namespace whydrop {

/// libpcap's own type has no destructor.
struct FrameFilter::Program {
  bpf_program code{};

  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { pcap_freecode(&code); }
};

FrameFilter::FrameFilter(std::string expression) : expression_(std::move(expression)) {}
FrameFilter::FrameFilter(FrameFilter&&) noexcept = default;
FrameFilter& FrameFilter::operator=(FrameFilter&&) noexcept = default;
FrameFilter::~FrameFilter() = default;

std::expected<FrameFilter, Error> FrameFilter::compile(std::string expression) {
  constexpr LinkType kEthernet{1};
  FrameFilter filter(std::move(expression));
  auto program = filter.compiled_for(kEthernet);
  if (!program) return std::unexpected(program.error());
  filter.programs_.emplace(kEthernet, std::move(*program));
  return filter;
}

std::expected<std::unique_ptr<FrameFilter::Program>, Error> FrameFilter::compiled_for(LinkType type) const {
  constexpr int kLongest = 262'144;
  const PcapHandle nowhere(pcap_open_dead(dlt_of(type), kLongest));
  auto program = std::make_unique<Program>();
  if (pcap_compile(nowhere.get(), &program->code, expression_.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return std::unexpected(Error{fmt::format("filter '{}'", expression_), pcap_geterr(nowhere.get()), "",
                                 "pcap-filter(7) has the syntax"});
  }
  return program;
}

bool FrameFilter::passes(const Frame& frame) {
  auto known = programs_.find(frame.link_type);
  if (known == programs_.end()) {
    auto program = compiled_for(frame.link_type);
    if (!program && !error_) error_ = program.error();
    known = programs_.emplace(frame.link_type, program ? std::move(*program) : nullptr).first;
  }
  if (known->second == nullptr) return false;
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(frame.bytes.size());
  header.len = frame.wire_len;
  return pcap_offline_filter(&known->second->code, &header, frame.bytes.data()) != 0;
}

std::span<Frame> FrameFilter::keep(std::span<Frame> frames) {
  const auto left_out = std::ranges::stable_partition(frames, [&](const Frame& one) { return passes(one); });
  return frames.first(frames.size() - left_out.size());
}

}  // namespace whydrop
