// What a captured packet rules out, with the reason.
#include <algorithm>

#include "src/cause/rank.h"
#include "tests/support/catch.h"
#include "tests/unit/cause/embedded_catalog.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

using enum VerdictId;

MadeCase silent() { return MadeCase(syn_no_reply, {}); }
MadeCase ping() { return MadeCase(ping_no_reply, {.transport = Transport::icmp}); }
MadeCase half_open() { return MadeCase(synack_no_ack, {.outcome = Outcome::answered}); }
MadeCase at_server() {
  return silent().vantage(Vantage::server).see({.port = 80, .outcome = Outcome::answered, .server_ttl = 64});
}

std::string reason_ruled_out(const MadeCase& made, std::string_view cause) {
  const Ranking ranking = rank(embedded(), made.about());
  const auto found = std::ranges::find(ranking.ruled_out, cause, &RuledOutCause::id);
  return found == ranking.ruled_out.end() ? "" : found->because;
}

TEST_CASE("a packet that was captured rules out what would have stopped it", "[cause]") {
  CHECK(reason_ruled_out(half_open(), "host-firewall-egress") ==
        "a reply of 10.9.2.2:443 was captured: its own rules let it out");
  CHECK(reason_ruled_out(at_server(), "security-group-ingress") ==
        "packet 3, the request, was captured at the server, and nothing left it");
  CHECK(reason_ruled_out(at_server(), "network-firewall-drop") != "");
  CHECK(reason_ruled_out(at_server(), "stateless-return-blocked") != "");
  CHECK(reason_ruled_out(at_server(), "host-firewall-drop") == "");
  CHECK(reason_ruled_out(silent(), "network-firewall-drop") == "");
}

TEST_CASE("a server of which any packet was seen is not down", "[cause]") {
  CHECK(reason_ruled_out(silent().see({.port = 80, .outcome = Outcome::answered}), "host-down") ==
        "10.9.2.2 is alive: 1 packet from it in this capture");
  CHECK(reason_ruled_out(ping().see({.outcome = Outcome::refused}), "host-down") != "");
  CHECK(reason_ruled_out(silent(), "host-down") == "");
}

}  // namespace
}  // namespace whydrop
