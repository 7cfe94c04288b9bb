// Drops that the kernel tells, bound to flows and findings.
#include "src/verdict/local_drops.h"

#include <fmt/format.h>

#include "dissectors/registry.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kPort = 443;
const Time kStart = Time{} + 1000s;

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

/// What a kernel tells, and the room that it borrows.
class Kernel {
 public:
  explicit Kernel(LocalDrops& drops) : drops_(drops) {}

  void drops(const PacketBuilder& dropped, std::string_view reason, Time time,
             std::string_view location = "nft_do_chain") {
    const auto bytes = dropped.build();
    drops_.add({.time = time,
                .reason = reason,
                .location = location,
                .headers = bytes,
                .wire_len = static_cast<std::uint32_t>(bytes.size())});
  }

 private:
  LocalDrops& drops_;
};

PacketBuilder request(std::uint16_t from = 40000) {
  return packet().ipv4("10.9.1.2", "10.9.2.2").tcp(from, kPort, tcp_flag::syn);
}
PacketBuilder answer() {
  return packet().ipv4("10.9.2.2", "10.9.1.2").tcp(kPort, 40000, tcp_flag::syn | tcp_flag::ack);
}

Finding finding(Time first = kStart + 1s, std::uint16_t encapsulation = 0) {
  Finding made;
  made.first = first;
  Flow flow;
  flow.record.initiator = make_key({ip("10.9.1.2"), 40000}, {ip("10.9.2.2"), kPort}, Transport::tcp, flow.record.key);
  flow.record.key.encapsulation = encapsulation;
  flow.record.first = first;
  made.exemplars.push_back(flow);
  return made;
}

TEST_CASE("what this host dropped of a flow is told with its finding, by reason, place and direction", "[verdict]") {
  LocalDrops drops(dissectors(), kStart);
  Kernel kernel(drops);
  kernel.drops(request(), "NETFILTER_DROP", kStart + 1s);
  kernel.drops(request(), "NETFILTER_DROP", kStart + 2s);
  kernel.drops(answer(), "IP_RPFILTER", kStart + 3s, "");
  kernel.drops(request(40001), "NO_SOCKET", kStart + 3s);
  Finding made = finding();
  drops.explain(made);
  REQUIRE(made.local_drops.size() == 2);
  const LocalDrop& most = made.local_drops.front();
  CHECK(most.reason == "NETFILTER_DROP");
  CHECK(most.location == "nft_do_chain");
  CHECK(most.from_client);
  CHECK(most.count == 2);
  CHECK(most.first == kStart + 1s);
  CHECK(most.last == kStart + 2s);
  CHECK_FALSE(made.local_drops.back().from_client);
  CHECK(made.local_drops_known);
  CHECK(drop_text(most) ==
        "this host dropped 2 packets of the client: NETFILTER_DROP at nft_do_chain (kernel, skb:kfree_skb)");
}

TEST_CASE("a flow in a tunnel is known by its own addresses, and an earlier one of the same ports is another",
          "[verdict]") {
  LocalDrops drops(dissectors(), kStart);
  Kernel(drops).drops(request(), "NETFILTER_DROP", kStart + 1s);
  Finding in_tunnel = finding(kStart + 1s, 3);
  drops.explain(in_tunnel);
  CHECK(in_tunnel.local_drops.size() == 1);
  Finding later = finding(kStart + 60s);
  drops.explain(later);
  CHECK(later.local_drops.empty());
  CHECK(later.local_drops_known);
}

TEST_CASE("a drop that is cut, or no flow's, is counted and bound to nothing", "[verdict]") {
  LocalDrops drops(dissectors(), kStart);
  const std::vector<std::uint8_t> cut = {0x45, 0x00};
  drops.add({.time = kStart + 1s, .reason = "IP_INHDR", .location = "ip_rcv", .headers = cut, .wire_len = 60});
  drops.add({.time = kStart + 1s, .reason = "IP_INHDR", .location = "ip_rcv", .headers = {}, .wire_len = 0});
  const auto all = drops.totals();
  REQUIRE(all.reasons.size() == 1);
  CHECK(all.reasons.front().count == 2);
}

TEST_CASE("what another host was to get, and a capture's own copies, are no drops", "[verdict]") {
  LocalDrops drops(dissectors(), kStart);
  Kernel kernel(drops);
  kernel.drops(request(), "OTHERHOST", kStart + 1s);
  kernel.drops(request(), "PACKET_SOCK_ERROR", kStart + 1s);
  CHECK(drops.totals().reasons.empty());
}

TEST_CASE("that nothing was dropped is known only where the kernel was asked from the beginning and lost nothing",
          "[verdict]") {
  LocalDrops drops(dissectors(), kStart);
  Finding before = finding(kStart - 1s);
  drops.explain(before);
  CHECK_FALSE(before.local_drops_known);
  drops.lose(0, kStart + 5s);
  Finding in_time = finding();
  drops.explain(in_time);
  CHECK(in_time.local_drops_known);
  drops.lose(3, kStart + 5s);
  drops.explain(in_time);
  CHECK_FALSE(in_time.local_drops_known);
  Finding after = finding(kStart + 6s);
  drops.explain(after);
  CHECK(after.local_drops_known);
  CHECK(drops.totals().lost == 3);
}

TEST_CASE("a flood of dropped flows takes no memory without bound, and those that are asked for stay", "[verdict]") {
  LocalDrops drops(dissectors(), kStart);
  Kernel kernel(drops);
  kernel.drops(request(), "NETFILTER_DROP", kStart + 1s);
  Finding made = finding();
  for (unsigned at = 0; at < 60'000; ++at) {
    const std::string from = fmt::format("10.7.{}.{}", at / 250, at % 250);
    kernel.drops(packet().ipv4(from, "10.9.2.2").udp(53, 53), "NETFILTER_DROP", kStart + 2s);
    if (at % 10'000 == 0) drops.explain(made);
  }
  drops.explain(made);
  CHECK(made.local_drops.size() == 1);
  CHECK(drops.totals().reasons.front().count == 60'001);
  // Flows were forgotten before anybody could have asked for them.
  CHECK_FALSE(made.local_drops_known);
}

}  // namespace
}  // namespace whydrop
