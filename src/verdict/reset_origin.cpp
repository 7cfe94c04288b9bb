// Compares a RST with the other packets of the host that it claims to come from.
//
// Hosts differ in what their own RSTs look like (Linux sends ID 0 and no timestamp for a socket that is gone), so that
// no single sign but the distance travelled decides; of the others, two that do not fit.
#include "src/verdict/reset_origin.h"

#include <fmt/format.h>

#include <cstdlib>

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kNearIds = 2048;  // a host may have sent so many packets to others in between
constexpr unsigned kDecisive = 2;

/// Routers crossed, for a sender that starts at the next common initial value.
int hops(int ttl) {
  const int initial = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
  return initial - ttl;
}

/// Reasons, and how many of them speak against the host.
class Signs {
 public:
  explicit Signs(ResetOrigin& origin) : origin_(origin) {}
  void add(bool differs, std::string sentence) {
    if (!differs) return;
    ++count_;
    origin_.reasons.push_back(std::move(sentence));
  }
  unsigned count() const { return count_; }

 private:
  ResetOrigin& origin_;
  unsigned count_ = 0;
};

bool id_fits(const ResetFacts& reset) {
  if (reset.previous_id == 0 || reset.ip_id == 0) return true;  // says nothing
  return static_cast<std::uint16_t>(reset.ip_id - reset.previous_id) <= kNearIds;
}

/// From the SYN to the SYN-ACK: what an answer of the responder takes; 0: not known.
Duration round_trip(const Subject& flow) {
  const FlowDetail& detail = *flow.detail;
  if (detail.syn_first == Time{} || detail.syn_ack_first == Time{} || flow.client().syns != 1) return Duration{};
  return detail.syn_ack_first - detail.syn_first;
}

/// An answer to the client's last packet that came too soon to be the server's.
bool too_soon(const Subject& flow) {
  const ResetFacts& reset = flow.detail->reset;
  const Duration usual = round_trip(flow);
  const bool answers = reset.sender == flow.server_side() &&
                       flow.detail->sender(flow.client_side()).last_sent == reset.time - reset.silence;
  return answers && usual > 2ms && reset.silence < usual / 2;
}

void compare_distance(int reset_ttl, int host_ttl, ResetOrigin& origin) {
  if (hops(host_ttl) != hops(reset_ttl)) {
    origin.injected = true;
    origin.reasons.push_back(
        fmt::format("the RST has TTL {}, the host's own packets began with TTL {}", reset_ttl, host_ttl));
  } else if (reset_ttl == host_ttl) {
    origin.by_host = true;
    origin.reasons.push_back(fmt::format("the RST has the TTL of the host's own packets, {}", reset_ttl));
  }
}

}  // namespace

ResetOrigin reset_origin(const Subject& flow) {
  const ResetFacts& reset = flow.detail->reset;
  const FlowSide& side = flow.record.side(reset.sender);
  const SenderFacts& sender = flow.detail->sender(reset.sender);
  ResetOrigin origin;
  if (side.packets < 2) return origin;  // nothing to compare with
  if (side.ttl != 0) compare_distance(reset.ttl, side.ttl, origin);
  Signs signs(origin);
  signs.add(!id_fits(reset),
            fmt::format("its IP ID {} does not follow the host's last, {}", reset.ip_id, reset.previous_id));
  signs.add(reset.ahead != 0,
            fmt::format("its sequence number is {} bytes from where the host stood", std::abs(reset.ahead)));
  signs.add(sender.data_segments != 0 && sender.dont_fragment && !reset.dont_fragment,
            "its DF bit is clear, the host's own data has it set");
  signs.add(too_soon(flow), fmt::format("it comes {} after the packet that it answers, the host's answers take {}",
                                        human(reset.silence), human(round_trip(flow))));
  origin.injected = origin.injected || signs.count() >= kDecisive;
  if (!origin.injected) return origin;
  origin.by_host = false;
  const bool stamped = flow.detail->sender(Side::low).timestamps && flow.detail->sender(Side::high).timestamps;
  // Beside the others only: hosts leave these out of their own RSTs, too.
  if (stamped && !reset.has_timestamp) origin.reasons.emplace_back("it bears no timestamp, unlike the connection");
  if (reset.window != 0) origin.reasons.push_back(fmt::format("it offers a window of {}", reset.window));
  return origin;
}

ResetOrigin refusal_origin(const Subject& flow, std::uint8_t reset_ttl) {
  ResetOrigin origin;
  const HostFacts* host = flow.context.census.host(flow.record.server_endpoint().address);
  if (host == nullptr || host->opened_ttl == 0 || reset_ttl == 0) return origin;
  compare_distance(reset_ttl, host->opened_ttl, origin);
  return origin;
}

void describe_origin(const ResetOrigin& origin, Finding& finding) {
  if (origin.reasons.empty()) return;
  const std::string_view who = origin.injected ? "path" : origin.by_host ? "host" : "unknown";
  set_attribute(finding, "rst_sent_by", std::string(who));
}

std::string with_reasons(std::string what, const ResetOrigin& origin) {
  for (const std::string& reason : origin.reasons) what += "; " + reason;
  return what;
}

}  // namespace whydrop
