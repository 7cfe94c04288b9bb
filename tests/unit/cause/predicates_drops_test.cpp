// Predicates about what the capturing host's kernel dropped, each with its near misses.
#include "tests/unit/cause/predicate_rows.h"

namespace whydrop {
namespace {

using enum PredicateId;
using V = VerdictId;

LocalDrop drop(std::string_view reason, bool from_client = true, std::string_view location = "nft_do_chain") {
  return {.reason = std::string(reason), .location = std::string(location), .from_client = from_client, .count = 3};
}

/// A finding whose drops here were asked for, and are all known.
MadeCase dropped(Vantage vantage, std::vector<LocalDrop> drops, V verdict = V::syn_no_reply) {
  MadeCase made(verdict);
  made.finding.vantage = vantage;
  made.finding.local_drops = std::move(drops);
  made.finding.local_drops_known = true;
  return made;
}

MadeCase not_asked(MadeCase made) {
  made.finding.local_drops_known = false;
  return made;
}

TEST_CASE("a rule of this host dropped packets where its kernel says so", "[cause]") {
  const LocalDrop request = drop("NETFILTER_DROP");
  const LocalDrop answer = drop("NETFILTER_DROP", false);
  check({
      {"by a rule", server_rules_dropped_request, Truth::holds, dropped(Vantage::server, {request})},
      {"by a rule, and more is not known", server_rules_dropped_request, Truth::holds,
       not_asked(dropped(Vantage::server, {request}))},
      {"nothing", server_rules_dropped_request, Truth::contrary, dropped(Vantage::server, {})},
      {"nobody asked", server_rules_dropped_request, Truth::unknown, not_asked(dropped(Vantage::server, {}))},
      {"for want of a listener", server_rules_dropped_request, Truth::contrary,
       dropped(Vantage::server, {drop("NO_SOCKET")})},
      {"a kernel without reasons, in a hook", server_rules_dropped_request, Truth::holds,
       dropped(Vantage::server, {drop("", true, "nf_hook_slow")})},
      {"a kernel without reasons, elsewhere", server_rules_dropped_request, Truth::unknown,
       dropped(Vantage::server, {drop("NOT_SPECIFIED", true, "ip_rcv")})},
      {"the answer, not the request", server_rules_dropped_request, Truth::contrary,
       dropped(Vantage::server, {answer})},
      {"the answer", server_rules_dropped_answer, Truth::holds, dropped(Vantage::server, {answer})},
      {"the request, not the answer", server_rules_dropped_answer, Truth::contrary,
       dropped(Vantage::server, {request})},
      {"on the way", server_rules_dropped_request, Truth::contrary, dropped(Vantage::path, {request})},
      {"nothing on the way", server_rules_dropped_request, Truth::unknown, dropped(Vantage::path, {})},
      {"on the way", router_rules_dropped_request, Truth::holds, dropped(Vantage::path, {request})},
      {"at the server", router_rules_dropped_request, Truth::unknown, dropped(Vantage::server, {request})},
      {"on the way, or at the server", rules_dropped_request, Truth::holds, dropped(Vantage::path, {request})},
      {"at the server, or on the way", rules_dropped_request, Truth::holds, dropped(Vantage::server, {request})},
      {"neither", rules_dropped_request, Truth::contrary, dropped(Vantage::server, {})},
      {"nobody asked at the client", rules_dropped_request, Truth::unknown, dropped(Vantage::client, {request})},
      {"on the way back", router_rules_dropped_answer, Truth::holds, dropped(Vantage::path, {answer})},
      {"at the client", client_rules_dropped_answer, Truth::holds, dropped(Vantage::client, {answer})},
      {"nothing at the client", client_rules_dropped_answer, Truth::contrary, dropped(Vantage::client, {})},
      {"nothing at the client", server_rules_dropped_request, Truth::unknown, dropped(Vantage::client, {})},
  });
}

TEST_CASE("each reason of the kernel speaks for its cause, by name", "[cause]") {
  const auto at_server = [](std::string_view reason) { return dropped(Vantage::server, {drop(reason)}); };
  check({
      {"by the filter", dropped_by_reverse_path, Truth::holds, at_server("IP_RPFILTER")},
      {"by a rule", dropped_by_reverse_path, Truth::contrary, at_server("NETFILTER_DROP")},
      {"for a reason without a name", dropped_by_reverse_path, Truth::unknown, at_server("NOT_SPECIFIED")},
      {"nothing, where the request never came", dropped_by_reverse_path, Truth::unknown, dropped(Vantage::client, {})},
      {"a closed port", dropped_without_socket, Truth::holds, at_server("NO_SOCKET")},
      {"a full queue", dropped_by_full_accept_queue, Truth::holds, at_server("TCP_LISTEN_OVERFLOW")},
      {"a full buffer", dropped_by_full_buffer, Truth::holds, at_server("SOCKET_RCVBUFF")},
      {"a shaper", dropped_by_full_send_queue, Truth::holds, at_server("QDISC_OVERLIMIT")},
      {"a module", dropped_by_security_module, Truth::holds, at_server("SECURITY_HOOK")},
      {"no signature", dropped_for_signature, Truth::holds, at_server("TCP_MD5NOTFOUND")},
      {"an old timestamp", dropped_for_timestamp, Truth::holds, at_server("TCP_RFC7323_PAWS")},
      {"an old segment", dropped_for_timestamp, Truth::contrary, at_server("TCP_OLD_DATA")},
      {"too big", dropped_as_too_big, Truth::holds, at_server("PKT_TOO_BIG")},
      {"no neighbour", dropped_without_neighbour, Truth::holds, at_server("NEIGH_FAILED")},
      {"no route", dropped_without_route, Truth::holds, at_server("IP_INNOROUTES")},
  });
}

}  // namespace
}  // namespace whydrop
