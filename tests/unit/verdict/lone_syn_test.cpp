// SYNs that stay alone have no detail, and are judged and counted without one.
#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("a SYN that stayed alone is judged as if all had been kept of it", "[verdict]") {
  const std::string script = GENERATE(
      "0.0 > S 1000\n20 end", "0.0 > S 1000\n1.0 > S 1000\n20 end", "0.0 > S 1000\n0.5 end",
      "0.0 > S 1000\n1.0 > S 1000\n1.2 end", "0.0 > S 1000\n1.0 > S 1000\n3.9 end",
      "0.0 > S 1000\n1.0 > S 1000\n3.0 > S 1000\n20 end",
      // Another attempt at the service met an error, or an error quotes nobody's packet.
      "0.0 > S 1000\n1.0 > S 2000 c 10.0.0.1:2\n1.1 < icmp host-prohibited from 10.0.0.9\n20 end",
      "0.0 > S 1000 c 10.0.0.1:1 s 10.0.0.2:443\n"
      "0.1 < icmp host-prohibited from 10.0.0.9 quote-from 10.0.0.1:7 quote-to 10.0.0.2:443\n20 end",
      // The answer comes from another address.
      "0.0 > S 1000 c 10.0.0.1:1 s 10.0.0.2:443\n"
      "0.1 < SA 5000 ack 1001 c 10.0.0.1:1 s 10.0.0.3:443\n20 end",
      // A client whose replies are not recorded; and a traceroute.
      "0.0 > S 1000 c 10.0.0.1:1\n0.1 > A 1001 ack 5001 c 10.0.0.1:1\n0.2 > PA 1001:1101 ack 5001 c 10.0.0.1:1\n"
      "0.3 > A 1101 ack 5201 c 10.0.0.1:1\n1.0 > S 2000 c 10.0.0.1:2\n20 end",
      "0.0 > S 1000 ttl 1 c 10.0.0.1:1\n0.0 < expired from 10.0.0.9\n0.1 > S 2000 ttl 2 c 10.0.0.1:2\n20 end");
  CAPTURE(script);
  const Replay lean = replay(script);
  const Replay full = replay(script, {.details = FlowTable::Details::kept_to_show});
  CHECK(lean.verdicts() == full.verdicts());
  CHECK(lean.findings() == full.findings());
  CHECK(lean.result.failed == full.result.failed);
}

}  // namespace whydrop
