// Writes inputs of the targets that dissect into TARGET/ of the folder that is named: the sample packets whole, and
// they and the fixtures of tests/frames from where each family's part begins.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <span>
#include <string>

#include "dissectors/registry.h"
#include "tests/support/packet_frames.h"
#include "tests/support/packet_samples.h"

namespace whydrop {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Of the sample whose parts come next.
  void name(std::string called) {
    name_ = std::move(called);
    for (char& c : name_) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '-';
    }
  }

  /// Many samples differ only outside of a family's part: each part is written once.
  void add(const std::string& target, std::uint16_t number, std::span<const std::uint8_t> bytes,
           std::size_t not_captured) {
    Bytes input;
    packet_layer::append_u16(input, number);
    input.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(not_captured, 255)));
    packet_layer::append(input, bytes);
    if (!written_[target].insert(input).second) return;
    std::filesystem::create_directories(folder_ / target);
    std::ofstream file(folder_ / target / name_, std::ios::binary);
    for (const std::uint8_t byte : input) file.put(static_cast<char>(byte));
  }

 private:
  std::filesystem::path folder_;
  std::string name_;
  std::map<std::string, std::set<Bytes>> written_;
};

struct Sample {
  LinkType link_type;
  std::span<const std::uint8_t> bytes;
  std::size_t wire_len;
};

/// The port by which a dissector was found, if one was.
std::uint16_t claimed_port(Space space, const PacketFacts& facts) {
  const bool by_source = dissectors().find({.space = space, .number = facts.dst_port}) == 0 &&
                         dissectors().find({.space = space, .number = facts.src_port}) != 0;
  return by_source ? facts.src_port : facts.dst_port;
}

/// What the outermost IP header carries, and what stands behind the transport's own header.
void add_carried(Seeds& seeds, bool v6, std::span<const std::uint8_t> packet, std::size_t missing, bool tunnel) {
  ByteReader in(packet, packet.size());
  const auto header = in.peek<20>();
  if (!header) return;
  const std::uint8_t protocol = v6 ? header.u8<6>() : header.u8<9>();
  if (!in.skip(v6 ? 40 : (header.u8<0>() & 0x0fU) * std::size_t{4})) return;
  seeds.add("transport", static_cast<std::uint16_t>((v6 ? 256U : 0U) | protocol), in.rest(), missing);

  PacketFacts ports;
  if (const auto start = in.peek<8>()) {
    ports.src_port = start.be16<0>();
    ports.dst_port = start.be16<2>();
  }
  if (protocol == kUdp && in.skip(8)) {
    seeds.add(tunnel ? "tunnel" : "udp_apps", claimed_port(Space::udp_port, ports), in.rest(), missing);
  } else if (tunnel) {
    seeds.add("tunnel", protocol, in.rest(), missing);
  }
  const auto segment = in.peek<20>();
  if (protocol == kTcp && segment && in.skip((segment.u8<12>() >> 4U) * std::size_t{4}) && in.captured() != 0) {
    seeds.add("tcp_apps", claimed_port(Space::tcp_port, ports), in.rest(), missing);
  }
}

void add_sample(Seeds& seeds, const Sample& sample) {
  constexpr std::size_t kIcmpHeader = 8;
  Frame frame;
  frame.link_type = sample.link_type;
  frame.bytes = sample.bytes;
  frame.wire_len = static_cast<std::uint32_t>(std::max(sample.wire_len, sample.bytes.size()));
  const std::size_t missing = frame.wire_len - frame.bytes.size();
  PacketView view;
  dissect(dissectors(), frame, view);
  const auto layers = std::span(view.layers).first(view.layer_count);
  const auto is = [](DissectorId wanted) {
    return [wanted](const LayerMark& layer) { return layer.dissector == static_cast<std::uint8_t>(wanted); };
  };
  const auto ip = std::ranges::find_if(
      layers, [&](const LayerMark& layer) { return is(DissectorId::ipv4)(layer) || is(DissectorId::ipv6)(layer); });
  if (ip == layers.begin() || ip - layers.begin() > 1 || ip == layers.end()) {
    seeds.add("link", static_cast<std::uint16_t>(sample.link_type), sample.bytes, missing);
  }
  if (ip == layers.end()) return;
  const bool v6 = is(DissectorId::ipv6)(*ip);
  const auto packet = sample.bytes.subspan(ip->offset);
  seeds.add("network", v6 ? 1 : 0, packet, missing);
  add_carried(seeds, v6, packet, missing, view.tunnel.depth != 0);
  const auto icmp = std::ranges::find_if(
      layers, [&](const LayerMark& layer) { return is(DissectorId::icmp)(layer) || is(DissectorId::icmp6)(layer); });
  if (view.has_quote && sample.bytes.size() >= icmp->offset + kIcmpHeader) {
    seeds.add("quoted", is(DissectorId::icmp6)(*icmp) ? 1 : 0, sample.bytes.subspan(icmp->offset + kIcmpHeader),
              missing);
  }
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  using namespace whydrop;
  if (argc != 2) return 2;
  Seeds seeds(std::filesystem::path(std::span(argv, 2)[1]));
  for (const PacketSample& sample : packet_samples()) {
    seeds.name(sample.name);
    seeds.add("frame", static_cast<std::uint16_t>(sample.link_type), sample.bytes, 0);
    add_sample(seeds, {sample.link_type, sample.bytes, 0});
  }
  for (const FrameFixture& frame : frame_fixtures()) {
    seeds.name(frame.name);
    add_sample(seeds, {frame.link_type, frame.bytes, frame.wire_len});
  }
  return 0;
}
