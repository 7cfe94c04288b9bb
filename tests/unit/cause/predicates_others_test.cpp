// Predicates about the rest of the capture, each with its near misses.
#include "tests/unit/cause/predicate_rows.h"

namespace whydrop {
namespace {

using enum PredicateId;
using enum VerdictId;

MadeCase silent() { return MadeCase(syn_no_reply); }
MadeCase silent_ping() { return MadeCase(ping_no_reply, {.transport = Transport::icmp}); }

std::vector<PredicateRow> rows_about_clients() {
  return {
      {"another client is answered", service_answers_others, Truth::holds,
       silent().see({.client = kOtherClient, .outcome = Outcome::answered})},
      {"only this client is answered, at another time", service_answers_others, Truth::unknown,
       silent().see({.outcome = Outcome::answered, .at = 90})},
      {"two clients are met by silence", service_answers_others, Truth::contrary,
       silent().see({.client = kOtherClient})},
      {"another client is answered by another port", service_answers_others, Truth::unknown,
       silent().see({.client = kOtherClient, .port = 80, .outcome = Outcome::answered})},
      {"of several clients some are answered", service_answers_others, Truth::holds,
       silent().see({.client = kOtherClient, .outcome = Outcome::answered}).several_clients()},
      {"several clients, each answered and not", service_answers_others, Truth::unknown,
       silent().see({.outcome = Outcome::answered, .at = 90}).several_clients()},

      {"a private client is answered, the public one is not", service_answers_only_other_class, Truth::holds,
       MadeCase(syn_no_reply, {.client = kPublicClient, .server = kPublicServer})
           .see({.client = kClient, .server = kPublicServer, .outcome = Outcome::answered})},
      {"another public client is answered as well", service_answers_only_other_class, Truth::contrary,
       MadeCase(syn_no_reply, {.client = kPublicClient, .server = kPublicServer})
           .see({.client = "203.0.113.8", .server = kPublicServer, .outcome = Outcome::answered})
           .see({.client = kClient, .server = kPublicServer, .outcome = Outcome::answered})},
      {"nobody is answered", service_answers_only_other_class, Truth::unknown, silent()},

      {"the same client reaches port 80", same_client_reaches_other_port, Truth::holds,
       silent().see({.port = 80, .outcome = Outcome::answered})},
      {"the same client fails on two ports", same_client_reaches_other_port, Truth::contrary,
       silent().see({.port = 80})},
      {"one attempt is all there is", same_client_reaches_other_port, Truth::unknown, silent()},
      {"the same port answered at another time", same_client_reaches_other_port, Truth::unknown,
       silent().see({.outcome = Outcome::answered, .at = 90})},
      {"an address resolution is no answer of a port", same_client_reaches_other_port, Truth::unknown,
       silent().see({.transport = Transport::arp, .outcome = Outcome::answered})},

      {"two servers are silent to the client", client_silent_everywhere, Truth::holds,
       silent().see({.server = kOtherServer})},
      {"another server answers it", client_silent_everywhere, Truth::contrary,
       silent().see({.server = kOtherServer, .outcome = Outcome::answered})},
      {"two ports of one server are silent", client_silent_everywhere, Truth::unknown, silent().see({.port = 80})},
  };
}

std::vector<PredicateRow> rows_about_the_host() {
  return {
      {"another port of it answers", host_alive, Truth::holds,
       silent().see({.port = 80, .outcome = Outcome::answered})},
      {"it answers ARP", host_alive, Truth::holds,
       silent().see({.transport = Transport::arp, .outcome = Outcome::answered})},
      {"the capture was taken on it", host_alive, Truth::holds, silent().vantage(Vantage::server)},
      {"no packet of it was seen", host_alive, Truth::contrary, silent()},
      {"it answered before, and may have died since", host_alive, Truth::unknown,
       silent().see({.outcome = Outcome::answered, .at = 0.5})},
      {"packets before a stall say nothing about the time after it", host_alive, Truth::unknown,
       MadeCase(stalled, {.outcome = Outcome::answered})},

      {"two ports were tried in vain", host_silent_everywhere, Truth::holds, silent().see({.port = 80})},
      {"a port and pings were tried in vain", host_silent_everywhere, Truth::holds,
       silent().see({.transport = Transport::icmp})},
      {"one port was tried", host_silent_everywhere, Truth::unknown, silent()},
      {"one of two ports answers", host_silent_everywhere, Truth::unknown,
       silent().see({.port = 80, .outcome = Outcome::answered})},

      {"another port refuses", other_port_refuses, Truth::holds,
       silent().see({.port = 81, .outcome = Outcome::refused})},
      {"another port answers", other_port_refuses, Truth::unknown,
       silent().see({.port = 81, .outcome = Outcome::answered})},
      {"the finding's own refusal does not count", other_port_refuses, Truth::unknown,
       MadeCase(refused, {.outcome = Outcome::refused})},

      {"pings are answered, the port is not", echo_works_tcp_silent, Truth::holds,
       silent().see({.transport = Transport::icmp, .outcome = Outcome::answered})},
      {"pings are not answered either", echo_works_tcp_silent, Truth::contrary,
       silent().see({.transport = Transport::icmp})},
      {"nobody pinged", echo_works_tcp_silent, Truth::unknown, silent()},
      {"of a ping finding it says nothing", echo_works_tcp_silent, Truth::unknown,
       silent_ping().see({.transport = Transport::icmp, .outcome = Outcome::answered})},

      {"a port answers, pings are not answered", tcp_works_echo_silent, Truth::holds,
       silent_ping().see({.outcome = Outcome::answered})},
      {"a refused port shows life as well", tcp_works_echo_silent, Truth::holds,
       silent_ping().see({.outcome = Outcome::refused})},
      {"ports are silent too", tcp_works_echo_silent, Truth::contrary, silent_ping().see({})},
      {"only pings were tried", tcp_works_echo_silent, Truth::unknown, silent_ping()},

      {"ARP questions for it stay unanswered", neighbor_unanswered_for_server, Truth::holds,
       silent().see({.transport = Transport::arp, .client = kHop})},
      {"one of them was answered", neighbor_unanswered_for_server, Truth::contrary,
       silent()
           .see({.transport = Transport::arp, .client = kHop})
           .see({.transport = Transport::arp, .client = kHop, .outcome = Outcome::answered})},
      {"nobody asked", neighbor_unanswered_for_server, Truth::unknown, silent()},
  };
}

/// Two of five attempts pass, the first failure 0.3 s behind the last success.
MadeCase stretched_burst() {
  MadeCase made = silent();
  for (const double at : {0.2, 0.7}) made.see({.outcome = Outcome::answered, .at = at});
  for (const double at : {1.2, 1.4}) made.see({.at = at});
  return made;
}

std::vector<PredicateRow> rows_about_time_and_place() {
  MadeCase expired = silent();
  Flow probe = made_flow({});
  probe.detail->icmp[0] = {.sender = ip(kHop), .type = 11, .about = probe.record.initiator};
  probe.detail->icmp_count = 1;
  expired.census.add(probe.record, &*probe.detail, Outcome::silent);
  MadeCase in_cloud = silent();
  in_cloud.platform = "aws";
  return {
      {"answers and failures alternate", partial_success_same_time, Truth::holds,
       silent().see({.outcome = Outcome::answered, .at = 0.5}).see({.outcome = Outcome::answered, .at = 2})},
      {"first answers, then failures only", partial_success_same_time, Truth::unknown,
       silent().see({.outcome = Outcome::answered, .at = 0.5})},
      {"a burst that a busy client took a second to send", partial_success_same_time, Truth::holds, stretched_burst()},
      {"a burst that a busy client took a second to send", worked_then_stopped, Truth::unknown, stretched_burst()},
      {"answered and failing clients differ", partial_success_same_time, Truth::unknown,
       silent()
           .see({.client = kOtherClient, .outcome = Outcome::answered, .at = 0.5})
           .see({.client = kOtherClient, .outcome = Outcome::answered, .at = 2})},
      {"three failures and no answer", partial_success_same_time, Truth::contrary,
       silent().see({.at = 2}).see({.at = 3})},
      {"two failures are too few", partial_success_same_time, Truth::unknown, silent().see({.at = 2})},

      {"first answers, then failures only", worked_then_stopped, Truth::holds,
       silent().see({.outcome = Outcome::answered, .at = 0.5})},
      {"it answers again later", worked_then_stopped, Truth::contrary,
       silent().see({.outcome = Outcome::answered, .at = 0.5}).see({.outcome = Outcome::answered, .at = 2})},
      {"another client was answered before", worked_then_stopped, Truth::unknown,
       silent().see({.client = kOtherClient, .outcome = Outcome::answered, .at = 0.5})},
      {"it never answered", worked_then_stopped, Truth::unknown, silent()},

      {"a hop reports an expired TTL", ttl_exceeded_on_the_way, Truth::holds, std::move(expired)},
      {"no hop reports one", ttl_exceeded_on_the_way, Truth::unknown, silent()},

      {"a cloud is known", cloud_marks_seen, Truth::holds, std::move(in_cloud)},
      {"no cloud is known", cloud_marks_seen, Truth::unknown, silent()},
  };
}

TEST_CASE("how other clients and other ports fare is counted with the finding's own attempts apart", "[cause]") {
  check(rows_about_clients());
}

TEST_CASE("any packet of the server at the time shows that it lives, and nothing else does", "[cause]") {
  check(rows_about_the_host());
}

TEST_CASE("failing by turns, failing from one moment on and failing always are told apart", "[cause]") {
  check(rows_about_time_and_place());
}

TEST_CASE("an answer is a sentence with the finding's own addresses and numbers", "[cause]") {
  const MadeCase made = silent().see({.client = kOtherClient, .outcome = Outcome::answered}).see({.port = 80});
  CHECK(made.ask(service_answers_others).because == "10.9.2.2:443 answers other clients: 10.9.1.3");
  CHECK(made.ask(same_client_reaches_other_port).because ==
        "10.9.1.2 failed to reach anything on 10.9.2.2, in 2 attempts");
}

TEST_CASE("a finding without one server leaves questions about it open", "[cause]") {
  MadeCase made = silent();
  made.finding.server = {};
  for (const PredicateId predicate : {service_answers_others, host_alive, host_silent_everywhere, other_port_refuses,
                                      partial_success_same_time, neighbor_unanswered_for_server}) {
    INFO(info(predicate).name);
    CHECK(made.ask(predicate).truth == Truth::unknown);
  }
}

}  // namespace
}  // namespace whydrop
