// A host's snapshot as JSON: what is written can be read, and nothing else can.
#include "src/report/host_json.h"

#include "src/report/json_parts.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

HostSnapshot a_host() {
  HostSnapshot host;
  host.hostname = "bastion";
  host.kernel = "6.1.0";
  host.boot = "b7";
  host.network_namespace = 4026531840;
  host.taken = Time{1'800'000'000s};
  host.booted = Time{1'700'000'000s};
  host.gaps = {{.part = HostPart::routes, .why = "more than 16384"}};
  host.interfaces = {{.index = 2, .name = "eth0", .up = true, .mtu = 1400, .counts = {.received = 9, .send_drops = 1}}};
  host.addresses = {{.interface = 2, .address = ip("fd09:1::2"), .length = 64}};
  host.routes = {{.destination = ip("0.0.0.0"), .length = 0, .gateway = ip("10.9.1.1"), .interface = 2},
                 {.kind = HostRoute::Kind::prohibit, .is_v6 = true, .destination = ip("fd09::"), .length = 16}};
  host.policy_rules = 1;
  host.neighbours = {{.interface = 2, .address = ip("10.9.1.1"), .state = HostNeighbour::State::failed}};
  host.sockets = {{.transport = HostSocket::Transport::udp, .address = ip("::"), .port = 53, .only_v6 = true}};
  host.conntrack = HostConntrack{.count = 8, .max = 8, .drops = 3};
  host.counters.front() = 27;
  host.settings.front() = 0;
  return host;
}

TEST_CASE("what a snapshot holds comes back from its JSON", "[report]") {
  const std::string text = host_json(a_host());
  const auto host = host_in_json(text, "host.json");
  REQUIRE(host);
  CHECK(host_json(*host) == text);
  CHECK(host->routes.at(0).gateway == ip("10.9.1.1"));
  CHECK_FALSE(host->routes.at(1).gateway);
  CHECK(host->routes.at(1).is_v6);
  CHECK_FALSE(host->complete(HostPart::routes));
  CHECK(host->complete(HostPart::sockets));
  CHECK(host->counters.front() == 27);
  CHECK_FALSE(host->counters.back());
  CHECK(host->settings.front() == 0);
  CHECK(host->conntrack->drops == 3);
}

TEST_CASE("a host that tracks no connections is told from one that tracks none now", "[report]") {
  HostSnapshot host = a_host();
  host.conntrack.reset();
  CHECK_FALSE(host_in_json(host_json(host), "a")->conntrack);
  host.conntrack.emplace();
  CHECK(host_in_json(host_json(host), "a")->conntrack);
}

TEST_CASE("every beginning of a snapshot is refused, with the byte where it ends", "[report]") {
  const std::string text = host_json(a_host());
  const std::size_t last = text.find_last_of('}');
  for (std::size_t length = 0; length <= last; length += 7) {
    const auto host = host_in_json(std::string_view(text).substr(0, length), "host.json");
    INFO(length);
    REQUIRE_FALSE(host);
    CHECK(host.error().path == "host.json");
    CHECK(host.error().where.starts_with("byte "));
  }
}

struct Lie {
  const char* pointer;
  Json value;
  std::string_view where;
};

TEST_CASE("a member that lies is named", "[report]") {
  const std::vector<Lie> lies = {
      {"/schema", "whydrop/1", "\"schema\""},
      {"/hostname", 7, "\"hostname\""},
      {"/taken", "yesterday", "\"taken\""},
      {"/interfaces", Json::object(), "\"interfaces\""},
      {"/interfaces/0", "eth0", "\"interfaces\""},
      {"/interfaces/0/mtu", -1, "\"mtu\""},
      {"/interfaces/0/index", 4294967296, "\"index\""},
      {"/addresses/0/address", "10.9.1", "\"address\""},
      {"/addresses/0/length", 256, "\"length\""},
      {"/routes/0/length", 33, "\"length\""},
      {"/routes/1/type", "local", "\"type\""},
      {"/neighbours/0/state", "FAILED", "\"state\""},
      {"/sockets/0/port", 65536, "\"port\""},
      {"/conntrack", 8, "\"conntrack\""},
      {"/conntrack/max", "8", "\"max\""},
      {"/counters/TcpExtListenOverflows", -1, "\"TcpExtListenOverflows\""},
      {"/settings/net.ipv4.ip_forward", true, "\"net.ipv4.ip_forward\""},
      {"/incomplete/0/part", "everything", "\"part\""},
  };
  for (const Lie& lie : lies) {
    INFO(lie.pointer);
    Json json = Json::parse(host_json(a_host()));
    json[Json::json_pointer(lie.pointer)] = lie.value;
    const auto host = host_in_json(json.dump(), "host.json");
    REQUIRE_FALSE(host);
    CHECK(host.error().where == lie.where);
    CHECK_FALSE(host.error().way_out.empty());
  }
}

TEST_CASE("more than a snapshot keeps is not read either", "[report]") {
  Json json = Json::parse(host_json(a_host()));
  for (std::size_t at = 0; at < HostSnapshot::kMost; ++at) json["addresses"].push_back(json["addresses"].front());
  CHECK_FALSE(host_in_json(json.dump(), "a"));
  json["addresses"].erase(0);
  CHECK(host_in_json(json.dump(), "a"));
}

TEST_CASE("what is no snapshot at all is refused: another kind of value, another program's JSON, deep nesting",
          "[report]") {
  for (const std::string& text :
       {std::string("[]"), std::string("7"), std::string("{}"), std::string("\xd4\xc3\xb2\xa1"),
        std::string(R"({"schema": 1})"), std::string(100000, '[')}) {
    INFO(text.substr(0, 20));
    CHECK_FALSE(host_in_json(text, "a"));
  }
}

}  // namespace
}  // namespace whydrop
