// The expected segment leaves the same facts behind on its short way as on the long one. All facts are compared as they
// are written for `whydrop flows`.
#include <random>
#include <string>

#include "src/flow/tcp_predicted.h"
#include "src/flow/tcp_tracker.h"
#include "src/report/fact_io.h"
#include "src/report/record_fields.h"
#include "tests/support/catch.h"

using namespace whydrop;

namespace {

struct Connection {
  FlowRecord record;
  FlowDetail detail;
};

std::string facts_of(const Connection& connection) {
  Json json;
  FactWriter io(json, connection.record.initiator);
  identity_fields(io, connection.record);
  count_fields(io, connection.record);
  facts_fields(io, connection.record, &connection.detail);
  return json.dump();
}

/// Says segments of one connection after the other: mostly those that both ends expect, and everything else too.
class Speaker {
 public:
  explicit Speaker(unsigned seed) : random_(seed) {}

  /// A connection that opened, in one of the ways in which connections do.
  Connection opened() {
    Connection fresh;
    fresh.record.key = {.low_port = 443, .high_port = 40000, .transport = Transport::tcp};
    next_ = {TcpSeq{0xffffff00}, TcpSeq{pick(1000)}};
    if (pick(4) != 0) handshake(fresh);
    return fresh;
  }

  /// The next segment, and who sends it.
  Side speak() {
    const Side sender = pick(2) == 0 ? Side::low : Side::high;
    segment(sender, tcp_flag::ack, pick(2) * pick(1500));
    trouble();
    TcpSeq& next = next_[index(sender)];
    const TcpSeq end = facts().tcp.seq + facts().payload_len;
    if (end > next) next = end;
    return sender;
  }

  const Frame& frame() const { return frame_; }
  Packet packet() { return {frame_, view_}; }

 private:
  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_()) % below; }
  PacketFacts& facts() { return view_.packet; }

  void handshake(Connection& fresh) {
    constexpr std::uint16_t kMss = 1460;
    for (const auto& [sender, flags] : {std::pair{Side::high, tcp_flag::syn},
                                        {Side::low, std::uint8_t(tcp_flag::syn | tcp_flag::ack)},
                                        {Side::high, tcp_flag::ack}}) {
      segment(sender, flags, 0);
      facts().tcp.mss = kMss;
      facts().tcp.has_timestamp = pick(2) == 0;
      if ((flags & tcp_flag::syn) != 0) next_[index(sender)] = next_[index(sender)] + 1;
      track_tcp(fresh.record, &fresh.detail, packet(), sender);
      fresh.record.last = frame_.time;
    }
  }

  void segment(Side sender, std::uint8_t flags, std::uint32_t length) {
    frame_.time += std::chrono::microseconds(pick(2000));
    frame_.ref = PacketRef(0, ++number_);
    frame_.packet_id = 0;
    facts().transport = Transport::tcp;
    facts().ip = {.version = 4, .ttl = static_cast<std::uint8_t>(60 + pick(8) / 7), .id = id_++};
    facts().payload_len = length;
    facts().tcp = {.seq = next_[index(sender)],
                   .ack = next_[index(other(sender))],
                   .flags = flags,
                   .header_len = 20,
                   .window = 500};
  }

  /// Some segments are not what was expected, each in another way.
  void trouble() {
    TcpFacts& tcp = facts().tcp;
    switch (pick(60)) {
      case 0: tcp.seq = tcp.seq + 1000; break;
      case 1: tcp.seq = tcp.seq - 1000; break;
      case 2: tcp.flags |= tcp_flag::fin; break;
      case 3: tcp.flags |= tcp_flag::rst; break;
      case 4: tcp.flags = tcp_flag::syn; break;
      case 5: tcp.flags = tcp_flag::psh; break;
      case 6: tcp.window = 0; break;
      case 7: frame_.time += std::chrono::seconds(12); break;
      case 8: frame_.time -= std::chrono::milliseconds(5); break;
      case 9: tcp.ack = tcp.ack - 500; break;
      case 10: tcp.ack = tcp.ack + 500; break;
      case 11: report_gap(tcp, tcp.ack + 100); break;
      case 12: report_gap(tcp, tcp.ack - 200); break;
      case 13: tcp.bad_checksum = true; break;
      case 14: tcp.signed_segment = true; break;
      case 15: frame_.packet_id = 7; break;
      case 16: facts().payload_len = 1; break;
      case 17: facts().payload_len = 20000; break;
      case 18: facts().ip.id = --id_; break;
      case 19: tcp.flags |= tcp_flag::urg | tcp_flag::psh; break;
      default: break;
    }
  }

  static void report_gap(TcpFacts& tcp, TcpSeq left) {
    tcp.sack_count = 1;
    tcp.sack[0] = {.left = left, .right = left + 100};
  }

  std::minstd_rand random_;
  std::array<TcpSeq, 2> next_{};
  Frame frame_;
  PacketView view_;
  std::uint64_t number_ = 0;
  std::uint16_t id_ = 0;
};

}  // namespace

TEST_CASE("an expected segment leaves the facts that any segment would", "[report][flow]") {
  constexpr int kConnections = 120;
  constexpr int kSegments = 40;
  int predicted = 0;
  for (int at = 0; at < kConnections; ++at) {
    Speaker speaker(static_cast<unsigned>(at + 1));
    Connection connection = speaker.opened();
    for (int said = 0; said < kSegments; ++said) {
      const Side sender = speaker.speak();
      Connection shortcut = connection;
      const bool taken = track_predicted(shortcut.record, shortcut.detail, speaker.packet(), sender);
      if (!taken) REQUIRE(facts_of(shortcut) == facts_of(connection));
      track_tcp(connection.record, &connection.detail, speaker.packet(), sender);
      CAPTURE(at, said);
      if (taken) REQUIRE(facts_of(shortcut) == facts_of(connection));
      connection.record.last = std::max(connection.record.last, speaker.frame().time);
      predicted += taken ? 1 : 0;
    }
  }
  CHECK(predicted > kConnections * kSegments / 8);
  CHECK(predicted < kConnections * kSegments);
}
