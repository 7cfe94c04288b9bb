// The promises of a PacketView.
#include "tests/support/packet_invariants.h"

namespace whydrop {
namespace {

std::string_view broken_promise(const PacketFacts& facts, std::size_t captured) {
  if (facts.payload_captured > facts.payload_len) return "more payload is captured than the headers claim";
  if (facts.payload_offset + std::size_t{facts.payload_captured} > captured) return "payload lies outside of the frame";
  if (facts.has_ports && !has_ports(facts.transport)) return "this transport has no ports";
  if (facts.has_ports && !facts.has_ip) return "ports without IP";
  if (facts.has_ip && facts.ip.version != 4 && facts.ip.version != 6) return "IP of another version";
  if (facts.transport == Transport::tcp && facts.tcp.header_len != 0) {
    if (facts.tcp.header_len < 20 || facts.tcp.header_len > 60) return "impossible TCP header length";
    if (facts.tcp.sack_count > TcpFacts::kMaxSackBlocks) return "too many SACK blocks";
  }
  if (facts.is_icmp_error && facts.transport != Transport::icmp && facts.transport != Transport::icmp6)
    return "an ICMP error that is no ICMP";
  if (facts.has_app && facts.app.name_len > ApplicationFacts::kMaxName) return "name is too long";
  if (facts.has_app && facts.app.protocol == 0) return "an application message of no protocol";
  return {};
}

}  // namespace

std::string_view broken_promise(const PacketView& view, const Frame& frame) {
  if (view.layer_count > PacketView::kMaxLayers) return "too many layers";
  if (view.stop.offset > frame.bytes.size()) return "stopped outside of the frame";
  if (view.has_quote && !view.packet.is_icmp_error) return "a quote without an ICMP error";
  for (std::size_t i = 1; i < view.layer_count; ++i)
    if (view.layers[i].offset < view.layers[i - 1].offset) return "layers out of order";
  const std::string_view broken = broken_promise(view.packet, frame.bytes.size());
  return broken.empty() && view.has_quote ? broken_promise(view.quoted, frame.bytes.size()) : broken;
}

}  // namespace whydrop
