// The stories that a generated capture tells: each flow as its frames, healthy or failing in a known way.
#include "tests/bench/traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace whydrop {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint8_t kFin = tcp_flag::fin;
constexpr std::uint8_t kSyn = tcp_flag::syn;
constexpr std::uint8_t kRst = tcp_flag::rst;
constexpr std::uint8_t kPsh = tcp_flag::psh;
constexpr std::uint8_t kAck = tcp_flag::ack;

constexpr std::uint32_t kSegment = 1448;
constexpr std::uint32_t kMaxSeq = 0xffff'ffff;
constexpr std::string_view kRequest = "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n";
constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: example\r\n\r\n";
constexpr std::string_view kName = "www.example.com";

constexpr std::array kStories = {
    StoryFacts{"ok", 690},  // tcp
    StoryFacts{"ok", 198},  // dns
    StoryFacts{"ok", 50},   // ping
    StoryFacts{"syn-no-reply", 25}, StoryFacts{"refused", 15},
    StoryFacts{"unreachable", 10},  StoryFacts{"udp-no-reply", 12},
};

Story choose(bool may_fail, Random& random) {
  std::uint32_t draw = random.between(0, 999);
  std::size_t story = 0;
  while (draw >= kStories[story].share) draw -= kStories[story++].share;
  return may_fail || kStories[story].verdict == "ok" ? static_cast<Story>(story) : Story::tcp;
}

struct Host {
  PacketBuilder packet;  ///< to the other one, up to the IP header
  std::uint16_t port = 0;
};

struct Hosts {
  Host client;
  Host server;
};

Hosts hosts_of(std::uint64_t number, Story story, std::uint16_t server_port) {
  // One client meets one host of each failing kind: neither a scan nor a flood.
  constexpr std::uint64_t kClients = 4000;
  constexpr std::uint64_t kServersOfAKind = 40;
  const std::uint64_t client = number % kClients;
  const std::uint64_t server = client % kServersOfAKind + 1;
  const auto client_port = static_cast<std::uint16_t>(10'000 + number / kClients % 50'000);
  const PacketBuilder there = packet().ether(PacketBuilder::kHostMac, PacketBuilder::kPeerMac);
  const PacketBuilder back = packet().ether(PacketBuilder::kPeerMac, PacketBuilder::kHostMac);
  if (story == Story::tcp && client % 8 == 0) {
    const std::string a = fmt::format("fd00::1:{:x}", client);
    const std::string b = fmt::format("fd00::2:{:x}", server);
    return {{there.ipv6(a, b), client_port}, {back.ipv6(b, a).ttl(57), server_port}};
  }
  const std::string a = fmt::format("10.1.{}.{}", client / 250, client % 250 + 1);
  const std::string b = fmt::format("10.{}.0.{}", 10 + static_cast<unsigned>(story), server);
  return {{there.ipv4(a, b).dont_fragment(), client_port}, {back.ipv4(b, a).dont_fragment().ttl(57), server_port}};
}

PacketBuilder segment(const Host& from, const Host& to, int flags, std::uint32_t seq, std::uint32_t ack) {
  const PacketBuilder plain = from.packet.tcp(from.port, to.port, static_cast<std::uint8_t>(flags)).seq(seq).ack(ack);
  if ((flags & kSyn) != 0) return plain.mss(1460).sack_permitted().timestamps(1, 0).window_scale(7);
  return (flags & kRst) != 0 ? plain : plain.timestamps(2, 1);
}

/// A connection told packet by packet: sequence numbers and time move on by themselves.
class Connection {
 public:
  Connection(const Hosts& hosts, std::vector<TimedFrame>& frames, Random& random)
      : hosts_(hosts), frames_(frames), random_(random), half_rtt_(microseconds(random.between(100, 20'000))) {
    for (std::uint32_t& seq : next_) seq = random.between(0, kMaxSeq);
    say(kClient, kSyn);
    say(kServer, kSyn | kAck);
    say(kClient, kAck);
  }

  /// One side sends `size` bytes that begin with `text`; the other acknowledges every second segment.
  void send(unsigned side, std::uint32_t size, std::string_view text) {
    for (unsigned number = 1; size > 0; ++number) {
      Bytes payload(std::min(size, kSegment));
      std::copy_n(text.begin(), std::min(text.size(), payload.size()), payload.begin());
      text = {};
      size -= static_cast<std::uint32_t>(payload.size());
      say(side, size == 0 ? kPsh | kAck : kAck, std::move(payload));
      if (number % 2 == 0 || size == 0) say(1 - side, kAck);
    }
  }
  void close() {
    say(kClient, kFin | kAck);
    say(kServer, kFin | kAck);
    say(kClient, kAck);
  }
  void wait(Duration duration) { at_ += duration; }

  static constexpr unsigned kClient = 0;
  static constexpr unsigned kServer = 1;

 private:
  void say(unsigned side, int flags, Bytes payload = {}) {
    at_ += side == last_ ? Duration(microseconds(random_.between(5, 50))) : half_rtt_;
    last_ = side;
    const Host& from = side == kClient ? hosts_.client : hosts_.server;
    const Host& to = side == kClient ? hosts_.server : hosts_.client;
    const PacketBuilder packet = segment(from, to, flags, next_[side], (flags & kAck) != 0 ? next_[1 - side] : 0);
    const auto size = static_cast<std::uint32_t>(payload.size());
    frames_.push_back({at_, (size == 0 ? packet : packet.payload(std::move(payload))).build()});
    next_[side] += size + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  }

  const Hosts& hosts_;
  std::vector<TimedFrame>& frames_;
  Random& random_;
  Duration half_rtt_;
  std::array<std::uint32_t, 2> next_{};  ///< sequence numbers, by side
  Duration at_{};
  unsigned last_ = kClient;
};

void tell_tcp(std::uint64_t number, std::vector<TimedFrame>& frames, Random& random) {
  constexpr std::array<std::uint16_t, 4> kPorts = {80, 443, 5432, 8080};
  const std::uint16_t port = kPorts[random.between(0, kPorts.size() - 1)];
  const bool is_http = port == 80 || port == 8080;
  const Hosts hosts = hosts_of(number, Story::tcp, port);
  Connection connection(hosts, frames, random);
  const std::uint32_t requests = random.between(1, 5);
  for (std::uint32_t i = 0; i < requests; ++i) {
    connection.send(Connection::kClient, random.between(100, 700), is_http ? kRequest : std::string_view());
    connection.wait(milliseconds(random.between(1, 100)));
    const std::uint32_t draw = random.between(0, 99);
    const std::uint32_t size = draw < 70   ? random.between(150, 1'400)
                               : draw < 93 ? random.between(1'500, 8'000)
                                           : random.between(8'000, 50'000);
    connection.send(Connection::kServer, size, is_http ? kAnswer : std::string_view());
    connection.wait(milliseconds(random.between(10, 1'000)));
  }
  connection.close();
}

void tell_ping(const Hosts& hosts, std::vector<TimedFrame>& frames, Duration rtt) {
  const std::uint16_t id = hosts.client.port;
  for (std::uint16_t seq = 1; seq <= 4; ++seq) {
    const Duration sent = seconds(seq - 1);
    frames.push_back({sent, hosts.client.packet.echo_request(id, seq).payload_len(56).build()});
    frames.push_back({sent + rtt, hosts.server.packet.echo_reply(id, seq).payload_len(56).build()});
  }
}

void tell_dns(const Hosts& hosts, std::vector<TimedFrame>& frames, Story story, Duration rtt) {
  const auto& [client, server] = hosts;
  const Bytes query = client.packet.udp(client.port, server.port).dns_query(kName).build();
  frames.push_back({Duration{}, query});
  if (story == Story::dns) {
    frames.push_back({rtt, server.packet.udp(server.port, client.port).dns_response(kName, 0).build()});
  } else {
    frames.push_back({seconds(5), query});  // as glibc repeats it
  }
}

void tell_failed_tcp(const Hosts& hosts, std::vector<TimedFrame>& frames, Story story, Duration rtt,
                     std::uint32_t isn) {
  const auto& [client, server] = hosts;
  const PacketBuilder syn = segment(client, server, kSyn, isn, 0);
  frames.push_back({Duration{}, syn.build()});
  if (story == Story::refused) {
    frames.push_back({rtt, segment(server, client, kRst | kAck, 0, isn + 1).build()});
  } else if (story == Story::unreachable) {
    constexpr std::uint8_t kHostProhibited = 10;
    frames.push_back({rtt, server.packet.unreachable(kHostProhibited, syn).build()});
  } else {
    for (const int later : {1, 3, 7}) frames.push_back({seconds(later), syn.build()});
  }
}

}  // namespace

std::span<const StoryFacts> stories() { return kStories; }

Flow make_flow(std::uint64_t number, bool may_fail, Random& random) {
  Flow flow{.story = choose(may_fail, random)};
  const Duration rtt = microseconds(random.between(200, 30'000));
  switch (flow.story) {
    case Story::tcp: tell_tcp(number, flow.frames, random); break;
    case Story::ping: tell_ping(hosts_of(number, flow.story, 0), flow.frames, rtt); break;
    case Story::dns:
    case Story::dns_dropped: tell_dns(hosts_of(number, flow.story, 53), flow.frames, flow.story, rtt); break;
    case Story::syn_dropped:
    case Story::refused:
    case Story::unreachable:
      tell_failed_tcp(hosts_of(number, flow.story, 443), flow.frames, flow.story, rtt, random.between(0, kMaxSeq));
      break;
  }
  return flow;
}

Download::Download(std::uint64_t number, Random& random) : number_(number) {
  for (std::uint32_t& seq : next_seq_) seq = random.between(0, kMaxSeq);
}

std::vector<Bytes> Download::next(bool last) {
  constexpr unsigned kClient = 0;
  constexpr unsigned kServer = 1;
  if (last) return {say(kServer, kFin | kAck), say(kClient, kFin | kAck), say(kServer, kAck)};
  if (opened_) return {say(kServer, kAck, kSegment), say(kServer, kAck, kSegment), say(kClient, kAck)};
  opened_ = true;
  return {say(kClient, kSyn), say(kServer, kSyn | kAck), say(kClient, kAck), say(kClient, kPsh | kAck, 300),
          say(kServer, kAck)};
}

Bytes Download::say(unsigned side, int flags, std::uint32_t size) {
  const Hosts hosts = hosts_of(number_, Story::tcp, 443);
  const Host& from = side == 0 ? hosts.client : hosts.server;
  const Host& to = side == 0 ? hosts.server : hosts.client;
  const PacketBuilder packet =
      segment(from, to, flags, next_seq_.at(side), (flags & kAck) != 0 ? next_seq_.at(1 - side) : 0);
  next_seq_.at(side) += size + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  return (size == 0 ? packet : packet.payload(Bytes(size))).build();
}

}  // namespace whydrop
