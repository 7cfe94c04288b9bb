// What every tracker notes in a flow's detail in the same way.
#include "src/flow/notes.h"

#include <span>

namespace whydrop {
namespace {

/// Up to the end of the line, or to the first byte that no text holds.
std::span<const std::uint8_t> first_line(std::span<const std::uint8_t> bytes) {
  const auto ends_text = [](std::uint8_t byte) { return byte < ' ' && byte != '\t'; };
  return bytes.first(static_cast<std::size_t>(std::ranges::find_if(bytes, ends_text) - bytes.begin()));
}

}  // namespace

void note_icmp_error(FlowDetail& detail, const Packet& packet, Side about) {
  const PacketFacts& facts = packet.facts();
  const PacketFacts& quoted = packet.view.quoted;
  const auto known = std::span(detail.icmp).first(detail.icmp_count);
  const auto same = std::ranges::find_if(known, [&](const IcmpErrorFact& error) {
    return error.type == facts.icmp.type && error.code == facts.icmp.code && error.sender == facts.ip.src &&
           error.about == about;
  });
  if (same != known.end()) {
    ++same->count;
  } else if (detail.icmp_count < FlowDetail::kIcmpErrors) {
    IcmpErrorFact& error = detail.icmp[detail.icmp_count++];
    error.sender = facts.ip.src;
    if (facts.ip.dst != quoted.ip.src) error.receiver = facts.ip.dst;
    error.packet = packet.ref();
    error.time = packet.time();
    error.mtu = facts.icmp.mtu;
    error.quoted_len = quoted.ip.total_len;
    error.count = 1;
    error.type = facts.icmp.type;
    error.code = facts.icmp.code;
    error.about = about;
    error.quoted_ttl = quoted.ip.ttl;
  }
  add_event(&detail, packet, about, FlowEvent::Kind::icmp_error,
            std::uint32_t{facts.icmp.type} << 8U | facts.icmp.code);
}

void note_carriage(FlowDetail& detail, const Packet& packet, Side sender) {
  const PacketView& view = packet.view;
  if (view.tunnel.depth != 0 || view.mpls_label != 0) {
    detail.tunnels[index(sender)] = {.id = view.tunnel.depth != 0 ? view.tunnel.id : 0,
                                     .dissector = view.tunnel.depth != 0 ? view.tunnel.dissector : std::uint8_t{0},
                                     .mpls_label = view.mpls_label};
  }
  if (view.witness.source == Witness::Source::none) return;
  WitnessFacts& witness = detail.witness;
  const bool dropped = view.witness.verdict == FrameVerdict::dropped || view.witness.verdict == FrameVerdict::rejected;
  if (view.witness.verdict == FrameVerdict::passed) ++witness.passes;
  if (!dropped) return;
  if (witness.drops == 0) {
    witness.dropped = view.witness;
    witness.packet = packet.ref();
    witness.time = packet.time();
    witness.sender = sender;
  }
  ++witness.drops;
}

ApplicationFacts first_words(const Packet& packet) {
  const PacketFacts& facts = packet.facts();
  if (facts.has_app) return facts.app;
  ApplicationFacts words;
  const auto payload = packet.frame.bytes.subspan(facts.payload_offset, facts.payload_captured);
  words.append_name(first_line(payload.first(std::min(payload.size(), ApplicationFacts::kMaxName))));
  return words;
}

}  // namespace whydrop
