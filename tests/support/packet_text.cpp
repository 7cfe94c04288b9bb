// Facts as text.
#include "tests/support/packet_text.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "src/core/text.h"

namespace whydrop {
namespace {

using Text = std::back_insert_iterator<std::string>;

std::string_view verdict_name(FrameVerdict verdict) {
  switch (verdict) {
    case FrameVerdict::unknown: return "unknown";
    case FrameVerdict::passed: return "passed";
    case FrameVerdict::dropped: return "dropped";
    case FrameVerdict::rejected: return "rejected";
  }
  return "";
}

std::string_view source_name(Witness::Source source) {
  switch (source) {
    case Witness::Source::none: return "none";
    case Witness::Source::packet_flags: return "packet-flags";
    case Witness::Source::pflog: return "pflog";
    case Witness::Source::nflog: return "nflog";
    case Witness::Source::drop_monitor: return "drop-monitor";
  }
  return "";
}

std::string flags_text(std::uint8_t flags) {
  constexpr std::string_view kLetters = "FSRPAUEC";
  std::string text;
  for (std::size_t bit = 0; bit < kLetters.size(); ++bit) {
    if ((flags >> bit & 1U) != 0) text += kLetters[bit];
  }
  return text.empty() ? "none" : text;
}

void describe_tcp(Text out, const TcpFacts& tcp) {
  if (tcp.header_len == 0) {
    fmt::format_to(out, " seq {} (cut)", tcp.seq.value());
    return;
  }
  fmt::format_to(out, " {} seq {}", flags_text(tcp.flags), tcp.seq.value());
  if (tcp.has(tcp_flag::ack)) fmt::format_to(out, " ack {}", tcp.ack.value());
  if (tcp.mss != 0) fmt::format_to(out, " mss {}", tcp.mss);
}

void describe_association(Text out, const AssociationFacts& association) {
  constexpr std::string_view kSteps[] = {"other", "request", "response", "abort"};
  fmt::format_to(out, " {} type {} tag {:08x}", kSteps[static_cast<std::size_t>(association.step)], association.type,
                 association.tag);
  if (association.initiate_tag != 0) fmt::format_to(out, " initiate {:08x}", association.initiate_tag);
}

void describe_neighbor(Text out, Transport transport, const NeighborFacts& neighbor) {
  constexpr std::string_view kKinds[] = {"question", "answer", "other"};
  fmt::format_to(out, "{} {} {} > {}\n", name(transport), kKinds[static_cast<std::size_t>(neighbor.kind)],
                 to_string(neighbor.sender), to_string(neighbor.target));
}

void describe_application(Text out, const DissectorTable& table, const ApplicationFacts& app) {
  constexpr std::string_view kRoles[] = {"other", "request", "reply"};
  fmt::format_to(out, "app {} {}", table[app.protocol].name, kRoles[static_cast<std::size_t>(app.role)]);
  if (app.expects_reply) fmt::format_to(out, " expects-reply");
  if (app.truncated) fmt::format_to(out, " truncated");
  if (app.is_alert) fmt::format_to(out, " alert");
  if (app.status != 0) fmt::format_to(out, " status {}", app.status);
  if (app.kind != 0) fmt::format_to(out, " kind {}", app.kind);
  if (app.word_len != 0) fmt::format_to(out, " word {}", escaped(app.word_text()));
  if (app.name_len != 0) fmt::format_to(out, " name {}", escaped(app.name_text()));
  fmt::format_to(out, "\n");
}

void describe_packet(Text out, const DissectorTable& table, const PacketFacts& facts) {
  const Transport transport = facts.transport;
  if (transport == Transport::arp || transport == Transport::nd) describe_neighbor(out, transport, facts.neighbor);
  if (!facts.has_ip) return;
  fmt::format_to(out, "{} {} > {} ttl {}", transport == Transport::none ? "ip" : name(transport),
                 endpoint_text(facts.ip.src, facts.has_ports ? facts.src_port : std::uint16_t{0}),
                 endpoint_text(facts.ip.dst, facts.has_ports ? facts.dst_port : std::uint16_t{0}), facts.ip.ttl);
  if (transport == Transport::none || transport == Transport::other) {
    fmt::format_to(out, " protocol {}", facts.ip.protocol);
  }
  if (facts.ip.is_fragment()) {
    fmt::format_to(out, " fragment {}{} id {}", facts.ip.fragment_offset, facts.ip.more_fragments ? "+" : "",
                   facts.ip.id);
  }
  if (transport == Transport::tcp) describe_tcp(out, facts.tcp);
  if (transport == Transport::sctp || transport == Transport::dccp) describe_association(out, facts.association);
  if (transport == Transport::icmp || transport == Transport::icmp6) {
    fmt::format_to(out, " type {} code {}", facts.icmp.type, facts.icmp.code);
    if (facts.icmp.mtu != 0) fmt::format_to(out, " mtu {}", facts.icmp.mtu);
  }
  fmt::format_to(out, " len {}\n", facts.payload_len);
  if (facts.has_app) describe_application(out, table, facts.app);
}

void describe_link(Text out, const PacketView& view) {
  if (view.vlan_count != 0) fmt::format_to(out, "vlan {}\n", view.vlan);
  if (view.mpls_label != 0) fmt::format_to(out, "mpls {}\n", view.mpls_label);
  if (view.direction == FrameDirection::inbound) fmt::format_to(out, "inbound\n");
  if (view.direction == FrameDirection::outbound) fmt::format_to(out, "outbound\n");
}

}  // namespace

std::string described(const DissectorTable& table, const PacketView& view) {
  std::string text = "layers ";
  const Text out(text);
  for (std::size_t at = 0; at < view.layer_count; ++at) {
    fmt::format_to(out, "{}{}", at == 0 ? "" : ":", table[view.layers[at].dissector].name);
  }
  fmt::format_to(out, "\n");
  if (view.stop.reason != StopReason::none) {
    fmt::format_to(out, "stop {} at {}\n", name(view.stop.reason), view.stop.offset);
  }
  describe_link(out, view);
  if (view.tunnel.depth != 0) {
    fmt::format_to(out, "tunnel {} {} > {} id {}\n", table[view.tunnel.dissector].name, to_string(view.tunnel.src),
                   to_string(view.tunnel.dst), view.tunnel.id);
  }
  if (view.witness.source != Witness::Source::none) {
    fmt::format_to(out, "witness {} {}", source_name(view.witness.source), verdict_name(view.witness.verdict));
    if (view.witness.text_len != 0) fmt::format_to(out, " {}", escaped(view.witness.text_shown()));
    fmt::format_to(out, "\n");
  }
  describe_packet(out, table, view.packet);
  if (view.has_quote) {
    fmt::format_to(out, "quoted ");
    describe_packet(out, table, view.quoted);
  }
  return text;
}

}  // namespace whydrop
