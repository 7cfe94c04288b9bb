// Prints what dissection found in each packet of a capture, one line each: what compare_tshark.py holds against tshark.
//
// Columns, by tabs, empty where there is none: frame number, transport, source, destination, their ports, TCP flags,
// TCP sequence number, ICMP type and code, payload length, why dissection stopped, layers. ARP's addresses are those
// that it speaks about.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <span>
#include <string>

#include "dissectors/registry.h"
#include "src/capture/source.h"

namespace whydrop {
namespace {

std::string address_columns(const PacketFacts& facts) {
  if (facts.transport == Transport::arp) {
    return fmt::format("{}\t{}", to_string(facts.neighbor.sender), to_string(facts.neighbor.target));
  }
  return facts.has_ip ? fmt::format("{}\t{}", to_string(facts.ip.src), to_string(facts.ip.dst)) : "\t";
}

std::string port_columns(const PacketFacts& facts) {
  return facts.has_ports ? fmt::format("{}\t{}", facts.src_port, facts.dst_port) : "\t";
}

std::string tcp_columns(const PacketFacts& facts) {
  if (facts.transport != Transport::tcp) return "\t";
  const std::string flags = facts.tcp.header_len != 0 ? fmt::format("{}", facts.tcp.flags) : "";
  return fmt::format("{}\t{}", flags, facts.tcp.seq.value());
}

std::string icmp_column(const PacketFacts& facts) {
  switch (facts.transport) {
    case Transport::icmp:
    case Transport::icmp6:
    case Transport::nd: return fmt::format("{}/{}", facts.icmp.type, facts.icmp.code);
    default: return "";
  }
}

std::string layers_column(const PacketView& view) {
  std::string layers;
  for (const LayerMark& layer : std::span(view.layers).first(view.layer_count)) {
    if (!layers.empty()) layers += ':';
    layers += dissectors()[layer.dissector].name;
  }
  return layers;
}

void print(const Frame& frame, const PacketView& view) {
  const PacketFacts& facts = view.packet;
  fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", frame.ref.number(), name(facts.transport), address_columns(facts),
             port_columns(facts), tcp_columns(facts), icmp_column(facts), facts.payload_len, name(view.stop.reason),
             layers_column(view));
}

int complain(const Error& error) {
  fmt::print(stderr, "packet_facts: {}\n", error.message());
  return 2;
}

int print_packets(const std::string& path) {
  const auto source = open_capture(path, 0);
  if (!source) return complain(source.error());
  std::array<Frame, 64> batch;
  PacketView view;
  for (;;) {
    const auto count = (*source)->read(batch);
    if (!count) return complain(count.error());
    if (*count == 0) return 0;
    for (const Frame& frame : std::span(batch).first(*count)) {
      dissect(dissectors(), frame, view);
      print(frame, view);
    }
  }
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  return whydrop::print_packets(std::span(argv, 2)[1]);
}
