// Community ID v1 against the vectors of its specification and against tshark's.
#include "src/flow/community_id.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

FlowRecord between(const char* client, std::uint16_t client_port, const char* server, std::uint16_t server_port,
                   Transport transport) {
  FlowRecord record;
  record.initiator = make_key({*IpAddress::parse(client), client_port}, {*IpAddress::parse(server), server_port},
                              transport, record.key);
  return record;
}

TEST_CASE("the Community ID is the one that other tools compute", "[flow]") {
  struct Row {
    const char* client;
    std::uint16_t client_port;
    const char* server;
    std::uint16_t server_port;
    Transport transport;
    const char* id;
  };
  const Row row = GENERATE(values<Row>({
      {"128.232.110.120", 34855, "66.35.250.204", 80, Transport::tcp, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
      {"192.168.1.52", 54585, "8.8.8.8", 53, Transport::udp, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
      {"2001:470:e5bf:dead:4957:2174:e82c:4887", 63943, "2607:f8b0:400c:c03::1a", 25, Transport::tcp,
       "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
      // Echo flows keep their identifier where other transports have ports; it is not hashed.
      {"192.168.0.89", 4711, "192.168.0.1", 4711, Transport::icmp, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
      {"fd00::1", 7, "fd00::2", 7, Transport::icmp6, "1:cHVm51rRL0MQihNiyq5ZLwFkyko="},
      {"fd00::2", 7, "fd00::1", 7, Transport::icmp6, "1:oCB4aHXsv1+RUWsWTiwvkM46eGE="},
  }));
  CAPTURE(row.client, row.server);
  CHECK(community_id(between(row.client, row.client_port, row.server, row.server_port, row.transport)) == row.id);
}

TEST_CASE("both directions of a flow have one Community ID", "[flow]") {
  CHECK(community_id(between("10.0.0.9", 40000, "10.0.0.1", 443, Transport::tcp)) ==
        community_id(between("10.0.0.1", 443, "10.0.0.9", 40000, Transport::tcp)));
}

TEST_CASE("questions for neighbours have no Community ID", "[flow]") {
  const Transport transport = GENERATE(Transport::arp, Transport::nd, Transport::other, Transport::none);
  CHECK_FALSE(community_id(between("10.0.0.9", 0, "10.0.0.1", 0, transport)));
}

}  // namespace
}  // namespace whydrop
