// What routers and hosts said about a flow: unreachable, ttl-exceeded, frag-needed.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "src/verdict/rules.h"
#include "src/wire/icmp.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

// Linux answers about six probes at once and then one a second per destination: silence within this time of an error
// is the same rejection, unsaid.
constexpr Duration kRationed = 60s;

bool is_v6(const Subject& flow) { return !flow.record.key.low.is_v4(); }

const IcmpErrorFact* error_about_client(const Subject& flow, IcmpMeaning meaning) {
  if (flow.detail == nullptr) return nullptr;
  for (const IcmpErrorFact& error : std::span(flow.detail->icmp).first(flow.detail->icmp_count)) {
    if (error.about == flow.client_side() && icmp_meaning(is_v6(flow), error.type, error.code) == meaning)
      return &error;
  }
  return nullptr;
}

bool answered_after(const Subject& flow, Time when) {
  const auto reply = fact::last_reply(flow);
  return reply && *reply > when;
}

bool ended_well(const Subject& flow) {
  return flow.is_tcp() && flow.client().has(saw::fin) && flow.server().has(saw::fin);
}

/// Both have spoken, nobody owes an answer, and one has closed its port: that is how calls and games end.
bool ends_conversation(const Subject& flow, const IcmpErrorFact& error) {
  if (flow.record.key.transport != Transport::udp || flow.detail->exchange.expects_reply) return false;
  const bool from_target = error.sender == flow.record.server_endpoint().address;
  return from_target && flow.server().packets != 0 &&
         unreachable_code_name(is_v6(flow), error.code) == "port-unreachable";
}

/// How an error is known to be about a flow: it quotes it, it met the same client at the same service, or its quote was
/// changed on the way.
enum class Bond : std::uint8_t { quoted, same_service, rewritten };

struct Explanation {
  const IcmpErrorFact* error = nullptr;  ///< null: none
  Bond bond = Bond::quoted;

  explicit operator bool() const { return error != nullptr; }
};

bool is_silent(const Subject& flow) { return outcome_of(flow.record, flow.detail) == Outcome::silent; }

Explanation rewritten(const Subject& flow, IcmpMeaning meaning) {
  const IcmpErrorFact* stray = flow.context.census.stray_error(flow.record, flow.client_side(), meaning);
  if (stray == nullptr || !is_silent(flow)) return {};
  return {stray, Bond::rewritten};
}

/// The error that explains this flow.
Explanation rejection(const Subject& flow) {
  if (const IcmpErrorFact* own = error_about_client(flow, IcmpMeaning::unreachable)) {
    if (answered_after(flow, own->time) || ends_conversation(flow, *own)) return {};
    return {own, Bond::quoted};
  }
  if (!is_silent(flow)) return {};
  const RejectionFacts* others = flow.context.census.rejections(flow.record);
  const bool near = others != nullptr && flow.record.first >= others->first - kRationed &&
                    flow.record.first <= others->last + kRationed;
  return near ? Explanation{&others->error, Bond::same_service} : rewritten(flow, IcmpMeaning::unreachable);
}

/// The hop limit ran out, and nothing came back afterwards.
Explanation expiry(const Subject& flow) {
  const IcmpErrorFact* own = error_about_client(flow, IcmpMeaning::time_exceeded);
  if (own == nullptr) return rewritten(flow, IcmpMeaning::time_exceeded);
  return answered_after(flow, own->time) ? Explanation{} : Explanation{own, Bond::quoted};
}

double confidence(double in_its_own_quote, Bond bond) {
  constexpr double kOfAnother = 0.85;
  constexpr double kRewritten = 0.8;
  return bond == Bond::quoted ? in_its_own_quote : bond == Bond::same_service ? kOfAnother : kRewritten;
}

void describe_bond(Bond bond, Finding& finding) {
  if (bond == Bond::same_service) {
    finding.confidence_reasons.emplace_back("the error answered another attempt: senders ration them");
  }
  if (bond == Bond::rewritten) fact::describe_rewritten_quote(finding);
}

/// Two addresses that a client and the router of its own network usually have.
bool share_subnet(const IpAddress& a, const IpAddress& b) {
  if (a.is_v4() != b.is_v4()) return false;
  constexpr std::ptrdiff_t kUsualV4 = 12 + 3;
  constexpr std::ptrdiff_t kUsualV6 = 8;
  return std::equal(a.bytes().begin(), a.bytes().begin() + (a.is_v4() ? kUsualV4 : kUsualV6), b.bytes().begin());
}

/// The first router that the client's packets meet quotes them as they were sent, or with one hop less.
bool is_gateway(const IpAddress& client, const IcmpErrorFact& error) {
  constexpr std::array<std::uint8_t, 3> kInitial = {64, 128, 255};
  const auto is_initial = [&](unsigned ttl) { return std::ranges::find(kInitial, ttl) != kInitial.end(); };
  if (error.quoted_ttl == 0) return false;
  const bool near = share_subnet(client, error.sender) || error.sender.is_link_local();
  return is_initial(error.quoted_ttl) || (near && is_initial(error.quoted_ttl + 1U));
}

std::string sender_role(const Subject& flow, const IcmpErrorFact& error) {
  if (error.sender == flow.record.server_endpoint().address) return "target";
  const IpAddress client = flow.record.client_endpoint().address;
  if (error.sender == client) return "client";
  return error.about == flow.client_side() && is_gateway(client, error) ? "gateway" : "hop";
}

std::uint64_t group_of(const IcmpErrorFact& error) {
  return hash_mix(hash(FlowKey{.low = error.sender}), std::uint64_t{error.type} << 8U | error.code);
}

void describe_sender(const Subject& flow, const IcmpErrorFact& error, Finding& finding) {
  set_attribute(finding, "sender", to_string(error.sender));
  set_attribute(finding, "sender_role", sender_role(flow, error));
  if (error.time >= flow.record.first) {
    set_attribute(finding, "error_after_ms", seconds(error.time - flow.record.first) * 1e3);
  }
}

void add_error_evidence(const Subject& flow, const IcmpErrorFact& error, std::string what, Finding& finding) {
  if (flow.record.packets() != 0) {
    finding.evidence.push_back({.packet = flow.record.first_packet,
                                .time = flow.record.first,
                                .until = std::nullopt,
                                .what = "first packet from " + fact::who(flow, flow.client_side())});
  }
  finding.evidence.push_back(
      {.packet = error.packet, .time = error.time, .until = std::nullopt, .what = std::move(what)});
}

}  // namespace

Ruling judge_unreachable(const Subject& flow) {
  const Explanation found = rejection(flow);
  if (!found || ended_well(flow) || fact::traceroute(flow) || fact::quoted_for_another(flow)) return std::nullopt;
  return Judgement{.confidence = confidence(0.98, found.bond), .group = group_of(*found.error)};
}

void describe_unreachable(const Subject& flow, Finding& finding) {
  const Explanation found = rejection(flow);
  if (!found) return;
  const IcmpErrorFact& error = *found.error;
  const std::string code{unreachable_code_name(is_v6(flow), error.code)};
  set_attribute(finding, "code", code);
  set_attribute(finding, "icmp_type", std::int64_t{error.type});
  set_attribute(finding, "icmp_code", std::int64_t{error.code});
  describe_sender(flow, error, finding);
  describe_bond(found.bond, finding);
  add_error_evidence(flow, error, fmt::format("ICMP {} from {}", code, to_string(error.sender)), finding);
}

Ruling judge_ttl_exceeded(const Subject& flow) {
  const Explanation found = expiry(flow);
  if (!found || ended_well(flow) || fact::traceroute(flow) || fact::quoted_for_another(flow)) return std::nullopt;
  return Judgement{.confidence = confidence(0.95, found.bond)};
}

void describe_ttl_exceeded(const Subject& flow, Finding& finding) {
  const Explanation found = expiry(flow);
  if (!found) return;
  const IcmpErrorFact& error = *found.error;
  describe_bond(found.bond, finding);
  describe_sender(flow, error, finding);
  add_error_evidence(flow, error, fmt::format("ICMP time exceeded from {}", to_string(error.sender)), finding);
}

namespace {

const IcmpErrorFact* too_big(const Subject& flow) {
  if (flow.detail == nullptr) return nullptr;
  for (const IcmpErrorFact& error : std::span(flow.detail->icmp).first(flow.detail->icmp_count)) {
    if (icmp_meaning(is_v6(flow), error.type, error.code) == IcmpMeaning::packet_too_big) return &error;
  }
  return nullptr;
}

}  // namespace

Ruling judge_frag_needed(const Subject& flow) {
  if (too_big(flow) == nullptr || fact::quoted_for_another(flow)) return std::nullopt;
  return Judgement{.confidence = 0.98};
}

void describe_frag_needed(const Subject& flow, Finding& finding) {
  const IcmpErrorFact& error = *too_big(flow);
  set_attribute(finding, "mtu", std::int64_t{error.mtu});
  describe_sender(flow, error, finding);
  add_error_evidence(flow, error,
                     fmt::format("ICMP packet too big from {}, MTU {}", to_string(error.sender), error.mtu), finding);
}

}  // namespace whydrop
