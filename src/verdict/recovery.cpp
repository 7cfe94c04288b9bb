// One pass over the flows for who failed where, one for who got through since.
#include "src/verdict/recovery.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLasting = 10s;                // an open connection that is well for so long got through
constexpr std::size_t kMostTroubles = 1U << 14U;  // floods are no findings that anybody waits to see healed

/// Who wants what of whom.
using Service = std::tuple<IpAddress, Endpoint, Transport>;

Service service_of(const FlowRecord& record) {
  Endpoint server = record.server_endpoint();
  if (!has_ports(record.key.transport)) server.port = 0;
  return {record.client_endpoint().address, server, record.key.transport};
}

/// Bytes that the client, and the server, sent or wanted to send, repetitions apart.
std::array<std::uint64_t, 2> extent(const FlowRecord& record) {
  const auto of = [&](Side side) -> std::uint64_t {
    const FlowSide& facts = record.side(side);
    if (!facts.has_any(saw::syn | saw::syn_ack)) return 0;  // where it began is not known
    const std::int32_t length = facts.next - facts.isn;
    return length > 0 ? static_cast<std::uint64_t>(length) : 0;
  };
  if (record.key.transport != Transport::tcp) return {};
  return {of(record.initiator), of(other(record.initiator))};
}

/// What works badly shows that it no longer fails; what worked badly has to work well. (A path-MTU message that was
/// obeyed is worth a word, and no trouble.)
bool is_better(Severity now, Severity before) { return now > before; }

bool got_through(const FlowRecord& record, Time now) {
  if (record.key.transport != Transport::tcp) return record.client().packets != 0 && record.server().packets != 0;
  const auto ended = [](const FlowSide& side) { return side.has_any(saw::fin | saw::rst); };
  return record.handshake_done &&
         ((ended(record.client()) || ended(record.server())) || now - record.first >= kLasting);
}

/// One finding at one service and client.
struct Trouble {
  std::size_t finding = 0;
  std::array<std::uint64_t, 2> least{};  ///< extent of the attempt that wanted least
};

class Recoveries {
 public:
  explicit Recoveries(const Assessment& assessment)
      : findings_(assessment.findings),
        place_(places_of_findings(assessment)),
        found_(findings_.size()),
        longest_run_(findings_.size()) {}

  /// All failures before the first `pass`.
  void note(const FlowVerdict& flow) {
    const std::size_t at = finding_of(flow);
    if (at == kNowhere || troubles_.size() >= kMostTroubles) return;
    std::vector<Trouble>& here = troubles_[service_of(*flow.record)];
    const auto known = std::ranges::find(here, at, &Trouble::finding);
    const auto wanted = extent(*flow.record);
    if (known == here.end()) return here.push_back({.finding = at, .least = wanted});
    for (std::size_t side = 0; side < wanted.size(); ++side) {
      known->least[side] = std::min(known->least[side], wanted[side]);
    }
  }

  /// In the order in which they began.
  void pass(const FlowVerdict& flow, Time now) {
    if (const std::size_t at = finding_of(flow); at != kNowhere) {
      longest_run_[at] = std::max(longest_run_[at], started_[at] ? found_[at].successes : 0);
      started_[at] = true;
      found_[at] = {};
    }
    const Severity severity = info(flow.verdict).severity;
    if (!got_through(*flow.record, now)) return;
    const auto troubles = troubles_.find(service_of(*flow.record));
    if (troubles == troubles_.end()) return;
    for (const Trouble& trouble : troubles->second) {
      const bool better = is_better(severity, findings_[trouble.finding].severity);
      if (started_[trouble.finding] && better) count(trouble, *flow.record);
    }
  }

  std::vector<Recovery> take() && {
    for (std::size_t at = 0; at < found_.size(); ++at) found_[at].healed = found_[at].successes > longest_run_[at];
    return std::move(found_);
  }

 private:
  static constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

  /// What is no failure (a scan, a flood) cannot heal.
  std::size_t finding_of(const FlowVerdict& flow) const {
    const auto known = place_.find(flow.finding);
    if (known == place_.end()) return kNowhere;
    return findings_[known->second].severity == Severity::information ? kNowhere : known->second;
  }

  void count(const Trouble& trouble, const FlowRecord& record) {
    const auto moved = extent(record);
    if (2 * moved[0] < trouble.least[0] || 2 * moved[1] < trouble.least[1]) return;
    Recovery& recovery = found_[trouble.finding];
    if (recovery.successes++ != 0) return;
    recovery.since = record.first;
    recovery.client = record.client_endpoint().address;
  }

  const std::vector<Finding>& findings_;
  std::map<std::uint32_t, std::size_t> place_;  ///< in `findings_`, by FlowVerdict::finding
  std::map<Service, std::vector<Trouble>> troubles_;
  std::vector<Recovery> found_;
  std::vector<std::uint64_t> longest_run_;
  std::vector<bool> started_ = std::vector<bool>(found_.size());  ///< its first failure was met
};

}  // namespace

std::vector<Recovery> recoveries(const Assessment& assessment, Time now) {
  Recoveries found(assessment);
  if (assessment.findings.empty()) return {};
  for (const FlowVerdict& flow : assessment.flows) found.note(flow);
  for (const FlowVerdict& flow : assessment.flows) found.pass(flow, now);
  return std::move(found).take();
}

}  // namespace whydrop
