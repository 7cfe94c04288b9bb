// Where a capture stands, by the capturing host's own addresses.
#include "src/verdict/own_vantage.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

HostSnapshot host_with(std::vector<std::string_view> addresses) {
  HostSnapshot host;
  host.hostname = "bastion";
  for (const std::string_view address : addresses) host.addresses.push_back({.address = ip(address)});
  return host;
}

Finding finding(std::optional<std::string_view> client, std::optional<std::string_view> server) {
  Finding made;
  if (client) made.client.address = ip(*client);
  if (server) made.server.address = ip(*server);
  made.vantage = Vantage::path;
  made.vantage_reasons = {"by hop limits"};
  return made;
}

struct Row {
  std::string_view story;
  std::vector<std::string_view> own;
  std::optional<std::string_view> client;
  std::optional<std::string_view> server;
  Vantage vantage;
  bool settled = true;
};

TEST_CASE("a host's own addresses settle where the capture stands", "[verdict]") {
  const std::vector<Row> rows = {
      {"the client's", {"10.9.1.2"}, "10.9.1.2", "10.9.2.2", Vantage::client},
      {"the server's", {"127.0.0.1", "10.9.2.2"}, "10.9.1.2", "10.9.2.2", Vantage::server},
      {"neither's", {"10.9.12.1"}, "10.9.1.2", "10.9.2.2", Vantage::path},
      {"several clients of this server", {"10.9.2.2"}, std::nullopt, "10.9.2.2", Vantage::server},
      {"several clients of another server", {"10.9.1.2"}, std::nullopt, "10.9.2.2", Vantage::path, false},
      {"both ends", {"10.9.1.2", "10.9.2.2"}, "10.9.1.2", "10.9.2.2", Vantage::path, false},
      {"a group", {"10.9.1.1"}, "10.9.1.2", "224.0.0.251", Vantage::path, false},
  };
  for (const Row& row : rows) {
    INFO(row.story);
    Finding made = finding(row.client, row.server);
    settle_vantage(host_with(row.own), Census{}, made);
    CHECK(made.vantage == row.vantage);
    CHECK((made.vantage_reasons.front() != "by hop limits") == row.settled);
  }
}

TEST_CASE("a host whose addresses were not all read is not taken for one on the way", "[verdict]") {
  HostSnapshot host = host_with({"10.9.12.1"});
  host.gaps.push_back({.part = HostPart::addresses, .why = "cut"});
  Finding made = finding("10.9.1.2", "10.9.2.2");
  settle_vantage(host, Census{}, made);
  CHECK(made.vantage_reasons.front() == "by hop limits");
}

/// A SYN that the capture marks as sent by the capturing host.
Census sent_by_client() {
  FlowRecord record;
  const Endpoint client{ip("10.9.1.2"), 40000};
  const Endpoint server{ip("10.9.2.2"), 443};
  record.initiator = make_key(client, server, Transport::tcp, record.key);
  record.side(record.initiator) = {.packets = 1, .saw = saw::syn | saw::outbound, .ttl = 64, .syns = 1};
  Census census;
  census.add(record, nullptr, Outcome::silent);
  return census;
}

TEST_CASE("a capture that was taken at the other end is not of this host", "[verdict]") {
  Finding made = finding("10.9.1.2", "10.9.2.2");
  made.vantage = Vantage::client;
  settle_vantage(host_with({"10.9.2.2"}), sent_by_client(), made);
  CHECK(made.vantage == Vantage::client);
  CHECK(made.vantage_reasons.size() == 2);
  settle_vantage(host_with({"10.9.1.2"}), sent_by_client(), made);
  CHECK(made.vantage == Vantage::client);
  CHECK(made.vantage_reasons.size() == 1);
}

TEST_CASE("a router sends what it forwards, and is still neither end", "[verdict]") {
  Finding made = finding("10.9.1.2", "10.9.2.2");
  made.vantage = Vantage::client;
  settle_vantage(host_with({"10.9.12.1"}), sent_by_client(), made);
  CHECK(made.vantage == Vantage::path);
}

}  // namespace
}  // namespace whydrop
