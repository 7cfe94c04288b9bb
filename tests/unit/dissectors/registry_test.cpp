// The registry: identifiers, names and numbers belong together.
#include "dissectors/registry.h"

#include "tests/support/catch.h"

using namespace whydrop;

TEST_CASE("a dissector is found under each of its numbers", "[dissectors][registry]") {
  struct Row {
    Claim claim;
    DissectorId id;
  };
  const auto row = GENERATE(
      Row{{Space::link_type, 1}, DissectorId::ethernet}, Row{{Space::link_type, 0}, DissectorId::null_loop},
      Row{{Space::ether_type, 0x0800}, DissectorId::ipv4}, Row{{Space::ip_version, 6}, DissectorId::ipv6},
      Row{{Space::ip_protocol, 0}, DissectorId::ipv6_hop_by_hop}, Row{{Space::udp_port, 5353}, DissectorId::dns},
      Row{{Space::link_type, 65535}, DissectorId::nobody}, Row{{Space::ip_protocol, 255}, DissectorId::nobody});
  CAPTURE(row.claim.number);
  CHECK(dissectors().find(row.claim) == static_cast<std::uint8_t>(row.id));
}

TEST_CASE("every dissector has a name and a function", "[dissectors][registry]") {
  REQUIRE(dissectors().size() > 1);
  for (std::size_t index = 1; index < dissectors().size(); ++index) {
    const Dissector& dissector = dissectors()[static_cast<std::uint8_t>(index)];
    CHECK_FALSE(dissector.name.empty());
    CHECK(dissector.run != nullptr);
  }
  CHECK(dissectors()[static_cast<std::uint8_t>(DissectorId::tcp)].name == "tcp");
}
