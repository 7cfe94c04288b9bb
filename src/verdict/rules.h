// The rules that turn one flow's facts into a verdict. Pure functions: the same facts always give the same verdict.
//
// A verdict is one line in verdicts.def and two functions in its family's file:
//   judge_ENUMERATOR     does it hold for this flow? Cheap: it runs for every flow.
//   describe_ENUMERATOR  attributes and evidence for a finding, from one of its flows. Runs for exemplars only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/flow/record.h"
#include "src/verdict/census.h"
#include "src/verdict/finding.h"

namespace whydrop {

/// What a rule may look at beside the flow itself.
struct Context {
  Time end;               ///< of the capture: silence after it cannot be judged
  double patience = 1.0;  ///< scales every waiting time
  const Census& census;

  Duration wait(Duration unscaled) const {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::nano>(unscaled) * patience);
  }
};

struct Subject {
  const FlowRecord& record;
  const FlowDetail* detail;  ///< null where memory ran short: rules that need it do not hold
  const Context& context;
  const LoneSyn* lone_syn = nullptr;  ///< all that came: `detail` is null, and only `judge` and counting may be asked

  const FlowSide& client() const { return record.client(); }
  const FlowSide& server() const { return record.server(); }
  Side client_side() const { return record.initiator; }
  Side server_side() const { return other(record.initiator); }
  bool is_tcp() const { return record.key.transport == Transport::tcp; }
  /// How long the capture went on after `then`.
  Duration waited_since(Time then) const { return context.end - then; }
  /// The machine that captured says itself that it did not let a packet of this flow pass.
  bool is_told_dropped() const { return detail != nullptr && detail->witness.drops != 0; }
  /// Silence since `then` has lasted long enough to count; a packet known to be dropped needs no waiting.
  bool silent_since(Time then, Duration enough) const {
    return is_told_dropped() || waited_since(then) >= context.wait(enough);
  }
};

struct Judgement {
  double confidence = 0;
  std::uint64_t group = 0;  ///< flows of one finding agree in it: a hash of the attributes that matter
};
using Ruling = std::optional<Judgement>;

#define VERDICT(enumerator, id, severity, summary) \
  Ruling judge_##enumerator(const Subject& flow);  \
  void describe_##enumerator(const Subject& flow, Finding& finding);
#include "src/verdict/verdicts.def"
#undef VERDICT

/// The flow's verdict (the first rule that holds) and what else is true of it without being a failure of its own.
struct Verdict {
  VerdictId primary = VerdictId::ok;
  VerdictSet secondary;
  Judgement judgement;
};
Verdict judge(const Subject& flow);
void describe(VerdictId verdict, const Subject& flow, Finding& finding);

/// Shared by several families.
namespace fact {
/// The handshake completed here, or both directions carried more than a handshake.
bool opened(const Subject& flow);
/// Only one side was recorded, and its ACK numbers show that the other lives.
bool other_direction_lives(const FlowRecord& record);
/// Replies to this client are missing from the capture in every flow that would show them.
bool replies_not_recorded(const Subject& flow);
/// Probes with small hop limits or to traceroute's ports: errors are their result.
bool traceroute(const Subject& flow);
/// One side repeats a byte long enough for silence to count, to the end of the flow.
bool stuck_for_good(const Subject& flow, Side sender);
/// Only an error's quote tells of this flow, and the error explains another: a hop rewrote ports or addresses.
bool quoted_for_another(const Subject& flow);
/// That the error which explains a finding quotes something else than was sent here.
void describe_rewritten_quote(Finding& finding);
/// Nothing but SYNs was sent, and nothing came back.
bool only_asks(const FlowRecord& record);
/// The initiator answers the SYN-ACK with RST, at once and with nothing else.
bool half_opened(const Subject& flow);
/// Bytes that their receiver has not acknowledged.
bool data_outstanding(const Subject& flow);
/// The responder acknowledged the request and said nothing until the initiator gave up, `at_least` so long after it.
bool waits_in_vain(const Subject& flow, Duration at_least);
/// What the capture knows of the flow's responder port; null where nothing.
const ServiceFacts* service_of(const Subject& flow);
/// The last packet of the responder, where any.
std::optional<Time> last_reply(const Subject& flow);
/// Evidence and attributes of questions without an answer; `request` is what one is called.
void describe_requests(const Subject& flow, std::string_view request, Finding& finding);
/// "10.9.1.2:40000", for evidence.
std::string who(const Subject& flow, Side side);
}  // namespace fact

Evidence packet_evidence(const FlowEvent& event, std::string what);
/// "no reply in 63 s": the absence after `event` until the capture's end.
Evidence absence_evidence(const FlowEvent& event, const Subject& flow, std::string what);
void set_attribute(Finding& finding, std::string_view name, AttributeValue value);

}  // namespace whydrop
