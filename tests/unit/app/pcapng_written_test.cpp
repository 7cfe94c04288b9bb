// What we write as pcapng is what we read from it.
#include "src/report/pcapng.h"
#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"

namespace whydrop {
namespace {

constexpr Time kTime{Duration{1'700'000'000'123'456'789}};

std::vector<CaptureInterface> two_interfaces() {
  return {{.name = "eth0", .filter = "port 443", .link_type = LinkType{1}, .snap_len = 262144},
          {.name = "any", .link_type = LinkType{276}, .snap_len = 96}};
}

PcapngBytes section() {
  PcapngBytes bytes;
  append_section("whydrop 1.2.3", "about the file", two_interfaces(), bytes);
  return bytes;
}

Frame frame_of(const Bytes& bytes) { return {.time = kTime, .bytes = bytes, .wire_len = 2000, .interface = 1}; }

}  // namespace

TEST_CASE("a section that was written is read with its comment, its program and its interfaces", "[pcapng]") {
  const PcapngBytes bytes = section();
  const ReadBack read = read_all(bytes);
  REQUIRE(read.opened);
  CHECK_FALSE(read.error);
  REQUIRE(read.file.interfaces.size() == 2);
  const CaptureInterface& first = read.file.interfaces[0];
  CHECK(first.name == "eth0");
  CHECK(first.filter == "port 443");
  CHECK(first.link_type == LinkType{1});
  CHECK(first.snap_len == 262144);
  CHECK(read.file.interfaces[1].name == "any");
  CHECK(read.file.interfaces[1].filter.empty());
  CHECK(read.file.interfaces[1].link_type == LinkType{276});
  CHECK(read.file.comments == std::vector<Comment>{{0, "about the file"}});
  CHECK(std::string(bytes.begin(), bytes.end()).contains("whydrop 1.2.3"));
}

TEST_CASE("packets of every length and comments of every length are read as they were written", "[pcapng]") {
  const std::size_t length = GENERATE(range<std::size_t>(0, 9));
  const std::size_t words = GENERATE(range<std::size_t>(0, 6));
  Bytes content;
  for (std::size_t at = 0; at < length; ++at) content.push_back(static_cast<std::uint8_t>(0xf0 + at));
  const std::string comment(words, 'c');
  PcapngBytes bytes = section();
  append_packet(frame_of(content), comment, bytes);
  append_packet(frame_of(content), "", bytes);
  CHECK(bytes.size() % 4 == 0);

  const ReadBack read = read_all(bytes);
  CHECK_FALSE(read.error);
  REQUIRE(read.frames.size() == 2);
  CHECK(read.contents == std::vector{content, content});
  CHECK(read.frames[0].time == kTime);
  CHECK(read.frames[0].wire_len == 2000);
  CHECK(read.frames[0].interface == 1);
  CHECK(read.frames[0].link_type == LinkType{276});
  std::vector<Comment> comments = {{0, "about the file"}};
  if (words != 0) comments.push_back({1, comment});
  CHECK(read.file.comments == comments);
}

TEST_CASE("a packet's direction is written where it is known", "[pcapng]") {
  const FrameDirection direction = GENERATE(FrameDirection::unknown, FrameDirection::inbound, FrameDirection::outbound);
  const Bytes content(20);
  Frame frame = frame_of(content);
  frame.direction = direction;
  PcapngBytes bytes = section();
  append_packet(frame, "said", bytes);
  const ReadBack read = read_all(bytes);
  REQUIRE(read.frames.size() == 1);
  CHECK(read.frames[0].direction == direction);
}

TEST_CASE("of a comment that no option can hold the beginning is written", "[pcapng]") {
  const Bytes content(20);
  PcapngBytes bytes = section();
  const std::size_t before = bytes.size();
  append_packet(frame_of(content), std::string(100'000, 'x'), bytes);
  CHECK(bytes.size() - before < 66'000);
  const ReadBack read = read_all(bytes);
  CHECK_FALSE(read.error);
  CHECK(read.contents == std::vector<Bytes>{content});
}

TEST_CASE("a section behind bytes of any number is whole", "[pcapng]") {
  PcapngBytes bytes = {1, 2, 3};
  append_section("whydrop", "about", two_interfaces(), bytes);
  CHECK_FALSE(read_all(Bytes(bytes.begin() + 3, bytes.end())).error);
}

}  // namespace whydrop
