// Predicates about packets that the kernel of the host that captured dropped itself, where it was asked.
//
// Reasons are told by the running kernel's own names. Older kernels give some of them no name, and some none at all: a
// drop without one may be any, so that beside it nothing is said not to have been.
#include <algorithm>
#include <array>
#include <span>

#include "src/cause/predicates.h"
#include "src/verdict/local_drops.h"

namespace whydrop {
namespace {

using Names = std::span<const std::string_view>;

bool is_unnamed(const LocalDrop& drop) { return drop.reason.empty() || drop.reason == "NOT_SPECIFIED"; }

bool among(std::string_view name, Names names) { return std::ranges::find(names, name) != names.end(); }

/// By nftables, iptables or connection tracking. A kernel without reasons is known by the function.
bool is_by_rules(const LocalDrop& drop) {
  static constexpr auto kFunctions = std::to_array<std::string_view>({"nf_hook_slow", "nft_do_chain"});
  return drop.reason.starts_with("NETFILTER_") || (is_unnamed(drop) && among(drop.location, kFunctions));
}

/// What was not dropped so was dropped otherwise, or not at all.
Answer none_such(const Finding& finding) {
  const bool may_be = std::ranges::any_of(finding.local_drops, is_unnamed);
  if (!finding.local_drops_known || may_be) return unknown();
  if (!finding.local_drops.empty()) return contrary(drop_text(finding.local_drops.front()));
  return contrary("this host dropped none of these packets (kernel, skb:kfree_skb)");
}

template <typename Fits>
const LocalDrop* find(const Finding& finding, const Fits& fits) {
  const auto found = std::ranges::find_if(finding.local_drops, fits);
  return found == finding.local_drops.end() ? nullptr : &*found;
}

/// By rules of the host that captured, which stands at `here`; said of packets that come from the client, or to it.
Answer by_rules(const Finding& finding, Vantage here, bool from_client) {
  if (finding.vantage != here) return unknown();
  const LocalDrop* const drop =
      find(finding, [&](const LocalDrop& one) { return one.from_client == from_client && is_by_rules(one); });
  return drop == nullptr ? none_such(finding) : holds(drop_text(*drop));
}

/// What the request's receiver dropped it for. That it did not drop it so is known where the request reached it.
Answer for_reason(const Case& about, Names names) {
  const LocalDrop* const drop = find(about.finding, [&](const LocalDrop& one) { return among(one.reason, names); });
  if (drop != nullptr) return holds(drop_text(*drop));
  return ask_request_reached_server(about).truth == Truth::holds ? none_such(about.finding) : unknown();
}

}  // namespace

/// Connection tracking drops with the same reason, wherever it is.
Answer ask_rules_dropped_request(const Case& about) {
  const Answer on_the_way = by_rules(about.finding, Vantage::path, true);
  return on_the_way.truth == Truth::unknown ? by_rules(about.finding, Vantage::server, true) : on_the_way;
}
Answer ask_server_rules_dropped_request(const Case& about) {
  const Finding& finding = about.finding;
  // What a router drops never reaches the server's rules.
  const Answer on_the_way = by_rules(finding, Vantage::path, true);
  if (on_the_way.truth == Truth::holds) return contrary(on_the_way.because);
  return by_rules(finding, Vantage::server, true);
}
Answer ask_server_rules_dropped_answer(const Case& about) { return by_rules(about.finding, Vantage::server, false); }
Answer ask_client_rules_dropped_answer(const Case& about) { return by_rules(about.finding, Vantage::client, false); }
Answer ask_router_rules_dropped_request(const Case& about) { return by_rules(about.finding, Vantage::path, true); }
Answer ask_router_rules_dropped_answer(const Case& about) { return by_rules(about.finding, Vantage::path, false); }

#define DROPPED(predicate, ...)                                                    \
  Answer ask_##predicate(const Case& about) {                                      \
    static constexpr auto kNames = std::to_array<std::string_view>({__VA_ARGS__}); \
    return for_reason(about, kNames);                                              \
  }
DROPPED(dropped_by_reverse_path, "IP_RPFILTER")
DROPPED(dropped_without_socket, "NO_SOCKET")
DROPPED(dropped_by_full_accept_queue, "TCP_LISTEN_OVERFLOW")
DROPPED(dropped_by_full_buffer, "SOCKET_RCVBUFF", "SOCKET_BACKLOG", "PROTO_MEM", "NOMEM", "CPU_BACKLOG")
DROPPED(dropped_by_full_send_queue, "QDISC_DROP", "QDISC_OVERLIMIT", "QDISC_CONGESTED", "FQ_FLOW_LIMIT", "FULL_RING")
DROPPED(dropped_by_security_module, "SECURITY_HOOK")
DROPPED(dropped_for_signature, "TCP_AUTH_HDR", "TCP_MD5NOTFOUND", "TCP_MD5UNEXPECTED", "TCP_MD5FAILURE",
        "TCP_AONOTFOUND", "TCP_AOUNEXPECTED", "TCP_AOKEYNOTFOUND", "TCP_AOFAILURE")
DROPPED(dropped_for_timestamp, "TCP_RFC7323_PAWS", "TCP_RFC7323_TW_PAWS", "TCP_RFC7323_TSECR")
DROPPED(dropped_as_too_big, "PKT_TOO_BIG")
DROPPED(dropped_without_neighbour, "NEIGH_FAILED", "NEIGH_QUEUEFULL", "NEIGH_DEAD", "NEIGH_CREATEFAIL")
DROPPED(dropped_without_route, "IP_OUTNOROUTES", "IP_INNOROUTES")
#undef DROPPED

}  // namespace whydrop
