// What a look at how things stand knows of packets that may still come.
#include "src/app/judging.h"

#include <string>

#include "dissectors/registry.h"
#include "src/wire/dissector.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"

namespace whydrop {
namespace {

Time time(double seconds) {
  return Time{} + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1'000'000 + seconds));
}

/// The first part of a datagram, of which there is more.
PacketBuilder opening(std::uint16_t id) {
  return PacketBuilder()
      .ether()
      .ipv4("10.0.0.1", "10.0.0.2")
      .id(id)
      .fragment(0, true)
      .udp(40000, 5000)
      .payload(Bytes(1000, 0));
}

std::string verdicts(const Assessment& assessment) {
  std::string all;
  for (const Finding& finding : assessment.findings) {
    all += (all.empty() ? "" : " ") + std::string(name(finding.verdict));
  }
  return all;
}

}  // namespace

TEST_CASE("fragments that do not come are given up while the watch goes on", "[app][live]") {
  Judging judging(ReadOptions{});
  for (std::uint16_t id = 1; id <= 2; ++id) {
    const Bytes bytes = opening(id).build();
    const Frame frame{.ref = PacketRef(0, id),
                      .time = time(id),
                      .bytes = bytes,
                      .wire_len = static_cast<std::uint32_t>(bytes.size()),
                      .link_type = LinkType{1}};
    PacketView view;
    dissect(dissectors(), frame, view);
    judging.reach(frame.time);
    judging.table().add(frame, view);
  }
  CHECK(verdicts(judging.so_far({}, time(6))).empty());
  CHECK(verdicts(judging.so_far({}, time(8))) == "fragments-incomplete");
  CHECK(verdicts(judging.so_far({}, time(9))) == "fragments-incomplete");
}

}  // namespace whydrop
