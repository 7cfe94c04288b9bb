// Two snapshots of one host, and those that have nothing to do with each other.
#include "src/host/difference.h"

#include "src/host/read_host.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

HostSnapshot counted(std::uint64_t overflows, std::uint64_t drops, Time taken) {
  HostSnapshot host;
  host.boot = "one";
  host.network_namespace = 7;
  host.taken = taken;
  host.counters[static_cast<std::size_t>(HostCounter::listen_overflows)] = overflows;
  host.interfaces = {{.index = 2, .name = "eth0", .counts = {.received = 100, .receive_drops = drops}}};
  host.conntrack = HostConntrack{.count = overflows, .max = 100, .drops = drops};
  return host;
}

TEST_CASE("what was counted between two snapshots is their difference", "[host]") {
  const auto changes = difference(counted(3, 1, Time{1s}), counted(10, 5, Time{4s}));
  REQUIRE(changes);
  CHECK(changes->until - changes->from == 3s);
  CHECK(changes->counter(HostCounter::listen_overflows) == 7);
  CHECK_FALSE(changes->counter(HostCounter::listen_drops));
  REQUIRE(changes->interfaces.size() == 1);
  CHECK(changes->interfaces.front().counts.lost() == 4);
  CHECK(changes->conntrack->drops == 4);
  CHECK(changes->conntrack->count == 10);
}

TEST_CASE("what counts backwards was made anew, and is left out", "[host]") {
  const auto changes = difference(counted(10, 5, Time{1s}), counted(3, 1, Time{4s}));
  REQUIRE(changes);
  CHECK_FALSE(changes->counter(HostCounter::listen_overflows));
  CHECK(changes->interfaces.empty());
  CHECK_FALSE(changes->conntrack);
}

TEST_CASE("an interface of the same number and another name is another one", "[host]") {
  HostSnapshot after = counted(3, 2, Time{2s});
  after.interfaces.front().name = "eth1";
  CHECK(difference(counted(3, 1, Time{1s}), after)->interfaces.empty());
}

TEST_CASE("snapshots of another boot, another namespace or another order have no difference", "[host]") {
  const HostSnapshot before = counted(1, 1, Time{1s});
  HostSnapshot after = counted(2, 2, Time{2s});
  CHECK(difference(before, after));
  CHECK_FALSE(difference(after, before));
  after.boot = "two";
  CHECK_FALSE(difference(before, after));
  after.boot = before.boot;
  after.network_namespace = 8;
  CHECK_FALSE(difference(before, after));
}

TEST_CASE("this machine can be asked, twice", "[host]") {
  const HostSnapshot before = read_host();
  CHECK_FALSE(before.hostname.empty());
  CHECK(before.booted < before.taken);
  CHECK(before.network_namespace != 0);
  CHECK(before.counter(HostCounter::listen_overflows).has_value());
  CHECK_FALSE(before.interfaces.empty());
  CHECK(difference(before, read_host()));
}

}  // namespace
}  // namespace whydrop
