// Which packets a watch keeps as evidence.
#include "src/app/live/recorder.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "dissectors/registry.h"
#include "src/app/judging.h"
#include "src/wire/dissector.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"
#include "tests/unit/capture/read_back.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

constexpr std::uint64_t kRing = std::uint64_t{1} << 20U;

PacketBuilder from_client() { return PacketBuilder().ether().ipv4("10.0.0.1", "10.0.0.2"); }
PacketBuilder from_server() { return PacketBuilder().ether().ipv4("10.0.0.2", "10.0.0.1"); }
PacketBuilder syn(std::uint16_t port = 40000) { return from_client().tcp(port, 443, tcp_flag::syn).seq(1000); }
PacketBuilder query(std::uint16_t port) { return from_client().udp(port, 53).dns_query("a.example"); }

/// A watch without a clock: packets come in when the test says so.
class Watching {
 public:
  explicit Watching(std::uint64_t ring = kRing) : recorder_(opened(file_.path()), ring) {}

  void at(double seconds, const PacketBuilder& packet) {
    const Bytes bytes = packet.build();
    const Frame frame{.ref = PacketRef(0, ++packets_),
                      .time = time(seconds),
                      .bytes = bytes,
                      .wire_len = static_cast<std::uint32_t>(bytes.size()),
                      .link_type = LinkType{1}};
    PacketView view;
    dissect(dissectors(), frame, view);
    judging_.reach(frame.time);
    judging_.table().add(frame, view);
    recorder_.add(std::span(&frame, 1), std::span(&view, 1));
  }

  /// As of then; verdicts of what was found.
  std::string judge(double seconds, bool healed = false) {
    const Assessment assessment = judging_.so_far({}, time(seconds));
    std::vector<Standing> standing;
    std::string verdicts;
    for (const Finding& finding : assessment.findings) {
      standing.push_back({.id = standing.size() + 1, .healed = healed});
      verdicts += (verdicts.empty() ? "" : " ") + std::string(name(finding.verdict));
    }
    recorder_.judged(assessment, standing);
    return verdicts;
  }

  ReadBack kept() {
    recorder_.files().flush();
    std::ifstream file(file_.path(), std::ios::binary);
    return read_all(Bytes{std::istreambuf_iterator<char>(file), {}});
  }
  std::vector<std::string> comments() {
    std::vector<std::string> found;
    for (const Comment& comment : kept().file.comments) {
      if (comment.packet != 0) found.push_back(comment.text);
    }
    return found;
  }
  /// Numbers that the watch gave to what is in the file now, in the file's order.
  std::vector<int> numbers() {
    std::vector<int> found;
    for (const std::string& comment : comments())
      found.push_back(std::stoi(comment.substr(comment.find("packet ") + 7)));
    return found;
  }

 private:
  static Time time(double seconds) {
    return Time{std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1'700'000'000 + seconds))};
  }
  static EvidenceFiles opened(const std::string& path) {
    const std::vector<CaptureInterface> interfaces = {{.name = "eth0", .link_type = LinkType{1}, .snap_len = 262144}};
    auto files = EvidenceFiles::open({.path = path}, interfaces);
    REQUIRE(files);
    return std::move(*files);
  }

  TemporaryFile file_;
  Judging judging_{ReadOptions{.files = {}}};
  Recorder recorder_;
  std::uint64_t packets_ = 0;
};

using Numbers = std::vector<int>;

}  // namespace

TEST_CASE("packets from before a failure was known are kept, later ones as they come, those of healthy flows not",
          "[live]") {
  Watching watch;
  watch.at(0.0, syn());
  watch.at(0.1, query(5000));
  watch.at(0.2, from_server().udp(53, 5000).dns_response("a.example", 0));
  watch.at(1.0, syn());
  CHECK(watch.judge(1.1).empty());
  CHECK(watch.numbers().empty());
  watch.at(3.0, syn());
  CHECK(watch.judge(30) == "syn-no-reply");
  CHECK(watch.numbers() == Numbers{1, 4, 5});
  watch.at(31, query(5001));
  watch.at(31.1, from_server().udp(53, 5001).dns_response("a.example", 0));
  watch.at(32, syn());
  CHECK(watch.numbers() == Numbers{1, 4, 5, 8});
  watch.judge(60);
  CHECK(watch.numbers() == Numbers{1, 4, 5, 8});
}

TEST_CASE("a comment names the finding, its verdict, the flow, and the packet as reports count", "[live]") {
  Watching watch;
  watch.at(0, query(5000));
  watch.at(0.1, from_server().udp(53, 5000).dns_response("a.example", 0));
  watch.at(1, syn());
  watch.at(2, syn());
  watch.judge(30);
  const auto comments = watch.comments();
  REQUIRE(comments.size() == 2);
  CHECK(comments[0].starts_with("whydrop L1: syn-no-reply, 10.0.0.1:40000 > 10.0.0.2:443, packet 3"));
  CHECK(comments[1].starts_with("whydrop L1: syn-no-reply, 10.0.0.1:40000 > 10.0.0.2:443, packet 4"));
  CHECK((comments[0] + comments[1]).contains(": "));
}

TEST_CASE("errors that quote a failed flow are kept with it, others are not", "[live]") {
  Watching watch;
  const PacketBuilder other = from_client().udp(6000, 6001).payload("x");
  watch.at(0, syn());
  watch.at(0.1, PacketBuilder().ether().ipv4("10.0.0.9", "10.0.0.1").unreachable(13, syn()));
  watch.at(0.2, other);
  CHECK(watch.judge(30) == "unreachable");
  CHECK(watch.numbers() == Numbers{1, 2});
  watch.at(31, PacketBuilder().ether().ipv4("10.0.0.9", "10.0.0.1").time_exceeded(syn(40001)));
  watch.at(32, PacketBuilder().ether().ipv4("10.0.0.9", "10.0.0.1").unreachable(13, syn()));
  CHECK(watch.numbers() == Numbers{1, 2, 5});
}

TEST_CASE("fragments behind the first of a failed flow are kept, those of another datagram not", "[live]") {
  Watching watch;
  const auto behind = [](std::uint16_t id) {
    return from_client().id(id).protocol(17).fragment(1480, false).payload_len(500);
  };
  const auto first = [](std::uint16_t id, std::uint16_t port) {
    return from_client().id(id).fragment(0, true).udp(port, 53).dns_query("a.example").payload_len(1472);
  };
  watch.at(0.0, first(1, 5000));
  watch.at(0.1, behind(1));
  watch.at(0.2, behind(2));
  watch.at(2.0, first(3, 5000));
  watch.at(2.1, behind(3));
  REQUIRE(watch.judge(60) == "udp-no-reply");
  CHECK(watch.numbers() == Numbers{1, 2, 4, 5});
  watch.at(61, first(4, 5000));
  watch.at(61.1, behind(5));
  watch.at(61.2, behind(4));
  CHECK(watch.numbers() == Numbers{1, 2, 4, 5, 6, 8});
}

TEST_CASE("when a finding has healed nothing more is kept, until it fails again", "[live]") {
  Watching watch;
  watch.at(0, syn(40000));
  watch.judge(30);
  watch.judge(31, true);
  watch.at(32, syn(40000));
  watch.at(33, syn(40000));
  CHECK(watch.numbers() == Numbers{1});
  watch.at(34, syn(40001));
  watch.judge(70);
  // The report names the last packet of its first flow.
  CHECK(watch.numbers() == Numbers{1, 3, 4});
}

TEST_CASE("of a finding with many flows the earliest are kept", "[live]") {
  Watching watch;
  const auto flows = static_cast<std::uint16_t>(Recorder::kMostFlows + 36);
  for (std::uint16_t flow = 0; flow < flows; ++flow) watch.at(flow, syn(static_cast<std::uint16_t>(40000 + flow)));
  REQUIRE(watch.judge(300) == "syn-no-reply");
  CHECK(watch.kept().frames.size() == Recorder::kMostFlows);
  watch.at(301, syn(static_cast<std::uint16_t>(40000 + flows - 1)));
  CHECK(watch.kept().frames.size() == Recorder::kMostFlows);
  watch.at(302, syn(40000));
  CHECK(watch.kept().frames.size() == Recorder::kMostFlows + 1);
}

TEST_CASE("what the ring had to let go is not in the file, what came after is", "[live]") {
  Watching watch(3000);
  watch.at(0, syn());
  for (int number = 0; number < 50; ++number) watch.at(0.5, query(5000));
  watch.at(1, syn());
  watch.judge(30);
  const Numbers kept = watch.numbers();
  CHECK(std::ranges::find(kept, 1) == kept.end());
  CHECK(std::ranges::find(kept, 52) != kept.end());
}

TEST_CASE("a failure that gets another name keeps its flow, under the new one", "[live]") {
  Watching watch;
  watch.at(0, syn());
  CHECK(watch.judge(30) == "syn-no-reply");
  watch.at(31, from_server().tcp(443, 40000, tcp_flag::rst | tcp_flag::ack).ack(1001));
  CHECK(watch.judge(32) == "refused");
  watch.at(33, syn());
  CHECK(watch.numbers() == Numbers{1, 2, 3});
  const auto comments = watch.comments();
  CHECK(comments.front().contains("syn-no-reply"));
  CHECK(comments.back().contains("refused"));
}

}  // namespace whydrop
