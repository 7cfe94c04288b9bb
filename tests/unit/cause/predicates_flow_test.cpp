// Predicates about who answered, what passed and how large it was, each with its near misses.
#include "tests/unit/cause/predicate_rows.h"

namespace whydrop {
namespace {

using enum PredicateId;
using enum VerdictId;

MadeCase silent(const Attempt& attempt = {}) { return MadeCase(syn_no_reply, attempt); }

MadeCase rejected(std::string_view sender, double after_ms) {
  return MadeCase(unreachable, {.outcome = Outcome::unreachable}).error("host-unreachable", sender, after_ms);
}

/// A port that answers by RST with one TTL, on a server whose SYN-ACKs have another.
MadeCase refused_with(std::int64_t rst_ttl, std::uint8_t opened_ttl) {
  MadeCase made(refused, {.outcome = Outcome::refused});
  made.attribute("rst_ttl", rst_ttl);
  if (opened_ttl != 0) made.see({.port = 80, .outcome = Outcome::answered, .server_ttl = opened_ttl});
  return made;
}

TEST_CASE("an ICMP error of the server itself is told from a hop's, a late one from a quick one", "[cause]") {
  check({
      {"the server says it", icmp_error_from_target, Truth::holds, rejected(kServer, 1)},
      {"a hop says it", icmp_error_from_target, Truth::contrary, rejected(kHop, 1)},
      {"nobody says anything", icmp_error_from_target, Truth::unknown, silent()},
      {"after three seconds", error_arrived_late, Truth::holds, rejected(kHop, 3050)},
      {"at once", error_arrived_late, Truth::contrary, rejected(kHop, 2)},
      {"a second is neither", error_arrived_late, Truth::unknown, rejected(kHop, 1000)},
      {"never", error_arrived_late, Truth::unknown, silent()},
  });
}

TEST_CASE("a RST is told from the server's own packets by the distance that it travelled", "[cause]") {
  check({
      {"one hop less", rst_ttl_differs, Truth::holds, refused_with(63, 62)},
      {"another initial value and another distance", rst_ttl_differs, Truth::holds, refused_with(255, 62)},
      {"the same TTL", rst_ttl_differs, Truth::contrary, refused_with(62, 62)},
      {"another initial value, the same distance", rst_ttl_differs, Truth::unknown, refused_with(253, 62)},
      {"the server never opened a connection", rst_ttl_differs, Truth::unknown, refused_with(63, 0)},
      {"no RST at all", rst_ttl_differs, Truth::unknown, silent()},
  });
}

TEST_CASE("where the capture stands is evidence only when it is known", "[cause]") {
  check({
      {"at the client", vantage_is_client, Truth::holds, silent().vantage(Vantage::client)},
      {"at the server", vantage_is_client, Truth::contrary, silent().vantage(Vantage::server)},
      {"unknown", vantage_is_client, Truth::unknown, silent()},
      {"at the server", vantage_is_server, Truth::holds, silent().vantage(Vantage::server)},
      {"on the path", vantage_is_server, Truth::contrary, silent().vantage(Vantage::path)},
      {"on the path", vantage_is_path, Truth::holds, silent().vantage(Vantage::path)},
      {"unknown", vantage_is_path, Truth::unknown, silent()},
  });
}

TEST_CASE("an initial TTL shows that no router lies between", "[cause]") {
  check({
      {"the client's TTL is 64", client_adjacent, Truth::holds, silent({.client_ttl = 64})},
      {"the client's TTL is 62", client_adjacent, Truth::contrary, silent({.client_ttl = 62})},
      {"the server has sent nothing", server_adjacent, Truth::unknown, silent()},
      {"the server's TTL is 128", server_adjacent, Truth::holds,
       silent().see({.port = 80, .outcome = Outcome::answered, .server_ttl = 128})},
      {"met before and behind a router", server_adjacent, Truth::unknown,
       silent()
           .see({.port = 80, .outcome = Outcome::answered, .server_ttl = 64})
           .see({.port = 81, .outcome = Outcome::answered, .server_ttl = 63})},
  });
}

TEST_CASE("a packet that was captured has passed everything before this point", "[cause]") {
  const Attempt answered{.outcome = Outcome::answered};
  check({
      {"a SYN at the server, and nothing else", request_reached_server, Truth::holds,
       silent().vantage(Vantage::server)},
      {"a SYN somewhere", request_reached_server, Truth::unknown, silent()},
      {"the server answered it", request_reached_server, Truth::unknown,
       MadeCase(synack_no_ack, answered).vantage(Vantage::server)},
      {"a SYN-ACK anywhere", reply_left_server, Truth::holds, MadeCase(synack_no_ack, answered)},
      {"no reply", reply_left_server, Truth::unknown, silent()},
      {"packets before a stall answer nothing", reply_left_server, Truth::unknown, MadeCase(stalled, answered)},
      {"a SYN-ACK at the client", reply_reached_client, Truth::holds,
       MadeCase(synack_no_ack, answered).vantage(Vantage::client)},
      {"a SYN-ACK at the server", reply_reached_client, Truth::unknown,
       MadeCase(synack_no_ack, answered).vantage(Vantage::server)},
  });
}

TEST_CASE("a sender that repeats itself has got no answer", "[cause]") {
  MadeCase stuck(stalled, {.outcome = Outcome::answered});
  stuck.detail().sender(stuck.record().initiator).stuck.tries = 3;
  check({
      {"four SYNs", sender_kept_trying, Truth::holds, silent()},
      {"one SYN", sender_kept_trying, Truth::contrary, silent({.tries = 1})},
      {"a repeated query", sender_kept_trying, Truth::holds,
       MadeCase(udp_no_reply, {.transport = Transport::udp, .port = 53})},
      {"the same data again and again", sender_kept_trying, Truth::holds, std::move(stuck)},
      {"pings go on whatever comes back", sender_kept_trying, Truth::unknown,
       MadeCase(ping_no_reply, {.transport = Transport::icmp})},
  });
}

TEST_CASE("offload and direction marks tell whether the sender is the capturing host", "[cause]") {
  MadeCase outbound = silent();
  outbound.client_side().saw |= saw::outbound;
  MadeCase offloaded = silent();
  offloaded.client_side().saw |= saw::bad_checksum;
  MadeCase inbound = silent();
  inbound.client_side().saw |= saw::inbound;
  MadeCase other_end = silent();
  other_end.server_side().saw |= saw::outbound;
  MadeCase stuck_server(stalled, {.outcome = Outcome::answered});
  stuck_server.detail().sender(other(stuck_server.record().initiator)).stuck.tries = 3;
  stuck_server.server_side().saw |= saw::oversize;
  check({
      {"its packets are marked as outbound", sender_is_local, Truth::holds, std::move(outbound)},
      {"its checksums are left to the card", sender_is_local, Truth::holds, std::move(offloaded)},
      {"its packets are marked as inbound", sender_is_local, Truth::contrary, std::move(inbound)},
      {"the other end is the capturing host", sender_is_local, Truth::unknown, std::move(other_end)},
      {"the server repeats itself, with large frames", sender_is_local, Truth::holds, std::move(stuck_server)},
  });
}

TEST_CASE("only weaknesses that touch the verdict count", "[cause]") {
  MadeCase weak = silent();
  weak.capture.quality.push_back({.id = QualityId::filtered, .detail = "src host 10.9.1.2", .affects = {syn_no_reply}});
  MadeCase elsewhere = silent();
  elsewhere.capture.quality.push_back({.id = QualityId::filtered, .detail = "", .affects = {unreachable}});
  CHECK(weak.ask(capture_weak).because == "filtered: src host 10.9.1.2");
  check({{"it touches this one", capture_weak, Truth::holds, std::move(weak)},
         {"it touches another one", capture_weak, Truth::contrary, std::move(elsewhere)},
         {"there is none", capture_weak, Truth::contrary, silent()}});
}

TEST_CASE("private and public addresses are told apart", "[cause]") {
  const Attempt from_outside{.client = kPublicClient};
  const Attempt link_local{.client = "fe80::1", .server = "fd00::2"};
  check({
      {"10/8", client_is_private, Truth::holds, silent()},
      {"TEST-NET-3", client_is_private, Truth::contrary, silent(from_outside)},
      {"link-local", client_is_private, Truth::holds, silent(link_local)},
      {"several clients", client_is_private, Truth::unknown, silent().several_clients()},
      {"10/8", server_is_private, Truth::holds, silent(from_outside)},
      {"TEST-NET-2", server_is_private, Truth::contrary, silent({.server = kPublicServer})},
      {"public to private", crosses_address_classes, Truth::holds, silent(from_outside)},
      {"private to private", crosses_address_classes, Truth::contrary, silent()},
      {"several clients", crosses_address_classes, Truth::unknown, silent().several_clients()},
  });
}

TEST_CASE("a message about packet sizes is missed only where it could have been seen", "[cause]") {
  MadeCase seen(pmtu_blackhole, {.outcome = Outcome::answered});
  seen.detail().icmp[0] = {.sender = ip(kHop), .packet = PacketRef(0, 9), .mtu = 1400, .type = 3, .code = 4};
  seen.detail().icmp_count = 1;
  MadeCase seen_v6(pmtu_blackhole, {.client = "fd09:1::2", .server = "fd09:2::2", .outcome = Outcome::answered});
  seen_v6.detail().icmp[0] = {.sender = ip("fd09:12::2"), .mtu = 1280, .type = 2};
  seen_v6.detail().icmp_count = 1;
  MadeCase other_error(pmtu_blackhole, {.outcome = Outcome::answered});
  other_error.detail().icmp[0] = {.sender = ip(kHop), .type = 3, .code = 1};
  other_error.detail().icmp_count = 1;
  MadeCase filtered(pmtu_blackhole, {.outcome = Outcome::answered});
  filtered.capture.quality.push_back({.id = QualityId::filtered, .detail = "tcp", .affects = {}});
  CHECK(seen.ask(frag_needed_seen).because == "packet 9: 10.9.12.2 asks for packets of at most 1400 bytes");
  check({{"fragmentation needed", frag_needed_seen, Truth::holds, std::move(seen)},
         {"packet too big", frag_needed_seen, Truth::holds, std::move(seen_v6)},
         {"another error", frag_needed_seen, Truth::contrary, std::move(other_error)},
         {"the capture filter hides ICMP", frag_needed_seen, Truth::unknown, std::move(filtered)}});
}

MadeCase announcing(std::uint16_t client_mss, std::uint16_t server_mss, const Attempt& attempt) {
  MadeCase made(pmtu_blackhole, attempt);
  made.detail().sender(made.record().initiator).mss = client_mss;
  made.detail().sender(other(made.record().initiator)).mss = server_mss;
  return made;
}

TEST_CASE("segment sizes of tunnels are known for both IP versions", "[cause]") {
  const Attempt v4{.outcome = Outcome::answered};
  const Attempt v6{.client = "fd09:1::2", .server = "fd09:2::2", .outcome = Outcome::answered};
  check({
      {"WireGuard", mss_suggests_tunnel, Truth::holds, announcing(1380, 1460, v4)},
      {"GRE at the server", mss_suggests_tunnel, Truth::holds, announcing(1460, 1436, v4)},
      {"PPPoE over IPv6", mss_suggests_tunnel, Truth::holds, announcing(1432, 1440, v6)},
      {"Ethernet", mss_suggests_tunnel, Truth::contrary, announcing(1460, 1460, v4)},
      {"Ethernet over IPv6", mss_suggests_tunnel, Truth::contrary, announcing(1440, 1440, v6)},
      {"no handshake seen", mss_suggests_tunnel, Truth::unknown, announcing(0, 0, v4)},
      {"an unknown size", mss_suggests_tunnel, Truth::unknown, announcing(900, 900, v4)},
  });
}

TEST_CASE("signatures and losses are read from the flows of the finding", "[cause]") {
  MadeCase signs = silent();
  signs.client_side().saw |= saw::signed_segment;
  MadeCase lossy(stalled, {.outcome = Outcome::answered});
  lossy.detail().senders[0] = {.data_segments = 40, .retransmitted = 5};
  lossy.detail().senders[0].stuck.tries = 3;
  MadeCase clean(stalled, {.outcome = Outcome::answered});
  clean.detail().senders[0] = {.data_segments = 40, .retransmitted = 3};
  clean.detail().senders[0].stuck.tries = 3;
  MadeCase brief(stalled, {.outcome = Outcome::answered});
  brief.detail().senders[0] = {.data_segments = 2, .retransmitted = 1};
  brief.detail().senders[0].stuck.tries = 1;
  check({{"the client signs", signed_segments, Truth::holds, std::move(signs)},
         {"nobody signs", signed_segments, Truth::contrary, silent()},
         {"UDP has no signatures", signed_segments, Truth::unknown,
          MadeCase(udp_no_reply, {.transport = Transport::udp})},
         {"two losses were repaired", losses_recovered, Truth::holds, std::move(lossy)},
         {"only the last segment is lost", losses_recovered, Truth::contrary, std::move(clean)},
         {"two segments are too few", losses_recovered, Truth::unknown, std::move(brief)}});
}

}  // namespace
}  // namespace whydrop
