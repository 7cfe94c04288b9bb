// Shares of flows: the same for both directions, and even.
#include "src/flow/share.h"

#include <numeric>
#include <set>

#include "tests/support/catch.h"

namespace whydrop {
namespace {

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

std::size_t part(std::string_view a, std::uint16_t a_port, std::string_view b, std::uint16_t b_port) {
  return Shares::part(address(a).words(), a_port, address(b).words(), b_port);
}

}  // namespace

TEST_CASE("a flow's part is the same for both directions, and whatever carries it", "[flow][share]") {
  CHECK(part("10.0.0.1", 40000, "10.0.0.2", 443) == part("10.0.0.2", 443, "10.0.0.1", 40000));
  CHECK(part("fd00::1", 40000, "fd00::2", 443) == part("fd00::2", 443, "fd00::1", 40000));
  FlowKey key{.low = address("10.0.0.1"), .high = address("10.0.0.2"), .low_port = 1, .high_port = 2};
  const Share share{.shares = Shares(3), .mine = Shares(3).owner(part("10.0.0.1", 1, "10.0.0.2", 2))};
  CHECK(share.has(key));
  key.encapsulation = 7;
  CHECK(share.has(key));
}

TEST_CASE("every flow is in exactly one share", "[flow][share]") {
  const std::uint32_t tables = GENERATE(1U, 2U, 3U, 8U);
  for (std::uint16_t port = 1; port < 2000; ++port) {
    const FlowKey key{.low = address("10.0.0.1"), .high = address("10.0.0.2"), .low_port = port, .high_port = 443};
    std::uint32_t takers = 0;
    for (std::uint32_t mine = 0; mine < tables; ++mine) takers += Share{Shares(tables), mine}.has(key) ? 1U : 0U;
    CHECK(takers == 1);
  }
}

TEST_CASE("connections from ports in a row, and from addresses in a row, are spread", "[flow][share]") {
  std::set<std::size_t> by_port;
  std::set<std::size_t> by_address;
  constexpr std::size_t kSome = 64;
  for (std::size_t at = 0; at < kSome; ++at) {
    by_port.insert(part("10.0.0.1", static_cast<std::uint16_t>(40000 + at), "10.0.0.2", 443));
    by_address.insert(part("10.0.0." + std::to_string(at), 40000, "10.1.0.2", 443));
  }
  CHECK(by_port.size() > kSome * 3 / 4);
  CHECK(by_address.size() > kSome * 3 / 4);
}

TEST_CASE("heavy parts are spread over the tables", "[flow][share]") {
  std::array<std::uint32_t, Shares::kParts> packets{};
  packets[0] = packets[2] = packets[4] = packets[6] = 1000;  // without a look at them, all in one share of two
  Shares shares(2);
  CHECK(shares.owner(0) == shares.owner(6));
  shares.balance(packets);
  std::array<std::uint64_t, 2> loads{};
  for (std::size_t at = 0; at < packets.size(); ++at) loads[shares.owner(at)] += packets[at];
  CHECK(loads[0] == loads[1]);
  // What was not seen yet is spread, too.
  std::array<int, 2> parts{};
  for (std::size_t at = 0; at < packets.size(); ++at) ++parts[shares.owner(at)];
  CHECK(parts[0] == parts[1]);
}

}  // namespace whydrop
