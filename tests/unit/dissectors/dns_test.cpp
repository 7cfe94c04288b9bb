// DNS: role, name, type and result of a message, and what is no DNS.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;
using Role = ApplicationFacts::Role;

namespace {

PacketBuilder to_server() { return packet().ipv4("10.0.0.1", "10.0.0.53").udp(40000, 53); }
PacketBuilder from_server() { return packet().ipv4("10.0.0.53", "10.0.0.1").udp(53, 40000); }

}  // namespace

TEST_CASE("a query names what it asks for and expects a reply", "[dissectors][dns]") {
  const PacketFacts facts = dissected(to_server().dns_query("www.example.com", 28, 0xbeef)).packet;
  REQUIRE(facts.has_app);
  CHECK(facts.app.protocol == static_cast<std::uint8_t>(DissectorId::dns));
  CHECK(facts.app.role == Role::request);
  CHECK(facts.app.expects_reply);
  CHECK(facts.app.transaction == 0xbeef);
  CHECK(facts.app.kind == 28);
  CHECK(facts.app.status == 0);
  CHECK(facts.app.name_text() == "www.example.com");
  CHECK_FALSE(facts.app.truncated);
}

TEST_CASE("a response carries its result", "[dissectors][dns]") {
  const PacketFacts facts = dissected(from_server().dns_response("www.example.com", 3)).packet;
  REQUIRE(facts.has_app);
  CHECK(facts.app.role == Role::reply);
  CHECK_FALSE(facts.app.expects_reply);
  CHECK(facts.app.status == 3);
  CHECK(facts.app.name_text() == "www.example.com");
  CHECK(dissected(from_server().dns("a.example", 0x8380, 1, 1)).packet.app.truncated);
}

TEST_CASE("only standard queries to a server expect a reply", "[dissectors][dns]") {
  CHECK(dissected(to_server().dns("a.example", 0x0000, 1, 1)).packet.app.expects_reply);
  CHECK_FALSE(dissected(to_server().dns("a.example", 0x2800, 1, 1)).packet.app.expects_reply);  // dynamic update
  const auto multicast = packet().ipv4("10.0.0.1", "224.0.0.251").udp(5353, 5353);
  const PacketFacts mdns = dissected(multicast.dns_query("printer.local", 12, 0)).packet;
  CHECK(mdns.has_app);
  CHECK_FALSE(mdns.app.expects_reply);
}

TEST_CASE("a message without a question is still a message", "[dissectors][dns]") {
  const PacketView view = dissected(from_server().payload({0, 1, 0x81, 0x85, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK(view.stop.reason == StopReason::none);
  REQUIRE(view.packet.has_app);
  CHECK(view.packet.app.status == 5);
  CHECK(view.packet.app.name_text().empty());
  CHECK_FALSE(dissected(to_server().payload(Bytes(12))).packet.app.expects_reply);
}

TEST_CASE("names are bounded, and wrong ones are no DNS", "[dissectors][dns]") {
  struct Row {
    std::string_view what;
    Bytes name;
    StopReason reason;
    std::string text;
  };
  const auto labels = [](std::size_t count) {
    Bytes name;
    for (std::size_t i = 0; i < count; ++i) name.insert(name.end(), {3, 'a', 'b', 'c'});
    name.push_back(0);
    return name;
  };
  std::string first_eighty;
  for (int i = 0; i < 20; ++i) first_eighty += "abc.";
  const auto row = GENERATE_COPY(Row{"the root", {0}, StopReason::none, ""},
                                 Row{"raw bytes stay raw", {2, 0x1b, '.', 0}, StopReason::none, "\x1b."},
                                 Row{"longer than we keep", labels(30), StopReason::none, first_eighty},
                                 Row{"255 bytes",
                                     [] {
                                       Bytes name;
                                       for (int i = 0; i < 127; ++i) name.insert(name.end(), {1, 'a'});
                                       name.push_back(0);
                                       return name;
                                     }(),
                                     StopReason::none,
                                     [] {
                                       std::string text;
                                       for (int i = 0; i < 40; ++i) text += "a.";
                                       return text;
                                     }()},
                                 Row{"257 bytes", labels(64), StopReason::bad_length, ""},
                                 Row{"a pointer at itself", {0xc0, 12}, StopReason::bad_value, ""},
                                 Row{"a pointer forward", {1, 'a', 0xc0, 200}, StopReason::bad_value, ""},
                                 Row{"a reserved label type", {0x40, 'a', 0}, StopReason::bad_value, ""},
                                 Row{"a label beyond the message", {60, 'a', 0}, StopReason::bad_length, ""});
  CAPTURE(row.what);
  Bytes message{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  message.insert(message.end(), row.name.begin(), row.name.end());
  message.insert(message.end(), {0, 16, 0, 1});
  const PacketView view = dissected(to_server().payload(message));
  CHECK(name(view.stop.reason) == name(row.reason));
  CHECK(view.packet.has_app == (row.reason == StopReason::none));
  if (!view.packet.has_app) return;
  CHECK(view.packet.app.name_text() == row.text);
  CHECK(view.packet.app.kind == 16);
}

TEST_CASE("a query that the capture cut is a query, without half a name", "[dissectors][dns]") {
  const PacketView view = dissected_prefix(to_server().dns_query("www.example.com"), 28 + 12 + 6);
  CHECK(view.stop.reason == StopReason::cut);
  REQUIRE(view.packet.has_app);
  CHECK(view.packet.app.role == Role::request);
  CHECK(view.packet.app.name_text().empty());
}

TEST_CASE("what else is sent to the port is no DNS", "[dissectors][dns]") {
  CHECK_FALSE(dissected(to_server().payload("hello")).packet.has_app);
  CHECK(dissected(to_server().payload("hello")).stop.reason == StopReason::bad_length);
  CHECK_FALSE(dissected(to_server().payload(Bytes(40, 0xff))).packet.has_app);
  CHECK(dissected(to_server().payload(Bytes(40, 0x7f))).stop.reason == StopReason::bad_value);
}
