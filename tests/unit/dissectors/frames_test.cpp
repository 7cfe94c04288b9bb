// The fixtures of tests/frames: each frame says what must be found in it.
#include <fmt/core.h>

#include <set>

#include "tests/support/catch.h"
#include "tests/support/packet_frames.h"
#include "tests/support/packet_text.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

TEST_CASE("each fixture is read as it says", "[dissectors][frames]") {
  for (const FrameFixture& frame : frame_fixtures()) {
    CAPTURE(frame.name);
    const PacketView view = dissected(frame.bytes, frame.link_type, frame.wire_len);
    CHECK(described(dissectors(), view) == frame.expected);
    if (frame.good) CHECK(name(view.stop.reason) == name(StopReason::none));
  }
}

TEST_CASE("each fixture file shows a good frame and a lying one", "[dissectors][frames]") {
  std::set<std::string> good;
  std::set<std::string> lying;
  for (const FrameFixture& frame : frame_fixtures()) {
    (frame.good ? good : lying).insert(frame.name.substr(0, frame.name.find(':')));
  }
  REQUIRE_FALSE(good.empty());
  CHECK(good == lying);
}

TEST_CASE("what the fixtures hold, to be written into them", "[.describe]") {
  for (const FrameFixture& frame : frame_fixtures()) {
    fmt::print("@{}\n{}", frame.name, described(dissectors(), dissected(frame.bytes, frame.link_type, frame.wire_len)));
  }
}
