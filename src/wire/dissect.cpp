// The dissection loop.
#include <algorithm>
#include <limits>

#include "src/wire/dissector.h"

namespace whydrop {
namespace {

std::uint32_t narrow(std::size_t value) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

Stop stop_at(const ByteReader& in, std::uint8_t dissector, StopReason reason) {
  Stop stop{.reason = reason, .dissector = dissector, .offset = narrow(in.offset())};
  if (reason == in.shortage()) {
    stop.needed = narrow(in.needed());
    stop.had = narrow(in.had());
  }
  return stop;
}

/// Runs dissector `index` at `in`, as the next layer.
Step run(const DissectorTable& table, std::uint8_t index, ByteReader& in, PacketView& view) {
  view.mark(index, in.offset());
  return table[index].run(in, view);
}

/// Nobody claims what comes next.
void end_unclaimed(std::uint32_t place, const ByteReader& in, std::uint8_t current, PacketView& view) {
  // Two hosts speak over IP in a protocol that we do not read: a conversation all the same.
  if (places::is_in(Space::ip_protocol, place)) view.facts().transport = Transport::other;
  // Ports nobody claims are ordinary: most payload is not ours to read.
  const bool is_open_ended = places::is_in(Space::udp_port, place) || places::is_in(Space::tcp_port, place);
  if (!is_open_ended) view.stop = stop_at(in, current, StopReason::unknown_next);
}

}  // namespace

void dissect(const DissectorTable& table, const Frame& frame, PacketView& view) {
  view.reset(frame.direction, frame.verdict);
  ByteReader in(frame.bytes, frame.wire_len);
  Next next(Claim{.space = Space::link_type, .number = static_cast<std::uint16_t>(frame.link_type)});
  std::uint8_t current = 0;
  while (true) {
    const std::uint8_t index = table.find(next);
    if (index == 0) return end_unclaimed(next.place, in, current, view);
    if (view.layer_count == PacketView::kMaxLayers) {
      view.stop = stop_at(in, current, StopReason::too_deep);
      return;
    }
    current = index;
    const Step step = run(table, index, in, view);
    switch (step.kind()) {
      case Step::Kind::claim: next = step.next(); break;
      case Step::Kind::quote:
        if (view.in_quote()) return;  // an error about an error: RFC 1122 forbids it, and one level is enough
        view.enter_quote();
        in = in.quoted();
        next = step.next();
        break;
      case Step::Kind::tunnel:
        if (view.in_quote()) return;  // the error is about the carrier
        next = step.next();
        if (table.find(next) != 0) view.enter_tunnel(current);  // else the carrier is all that we know
        break;
      case Step::Kind::declined:
        --view.layer_count;
        if (next.otherwise == 0) return;
        next = Next(next.otherwise, 0);
        break;
      case Step::Kind::done: return;
      case Step::Kind::stop: view.stop = stop_at(in, current, step.reason()); return;
    }
  }
}

void dissect_tcp_payload(const DissectorTable& table, const Frame& frame, PacketView& view) {
  const PacketFacts& facts = view.packet;
  if (facts.payload_len == 0 || view.layer_count == PacketView::kMaxLayers || view.has_quote) return;
  ByteReader in(frame.bytes, std::size_t{facts.payload_offset} + facts.payload_len);
  if (!in.skip(facts.payload_offset)) return;
  // What two bytes or a port's name promise and the rest does not keep is somebody else's protocol, not a malformed
  // packet: then the port is asked, and then nobody.
  std::uint8_t by_start = 0;
  if (const auto start = in.peek<2>()) by_start = table.find({.space = Space::tcp_start, .number = start.be16<0>()});
  const std::uint8_t by_port = table.find({Space::tcp_port, facts.dst_port, facts.src_port});
  for (const std::uint8_t index : {by_start, by_port}) {
    if (index == 0) continue;
    ByteReader payload = in;
    const Step step = run(table, index, payload, view);
    if (step.kind() == Step::Kind::stop && step.reason() == StopReason::cut)
      view.stop = stop_at(payload, index, step.reason());
    if (facts.has_app || view.stop.reason == StopReason::cut) return;
    --view.layer_count;
  }
}

std::string_view name(StopReason reason) {
  switch (reason) {
    case StopReason::none: return "none";
    case StopReason::cut: return "cut by the capture";
    case StopReason::bad_length: return "bad length";
    case StopReason::bad_version: return "bad version";
    case StopReason::bad_value: return "bad value";
    case StopReason::unknown_next: return "unknown next layer";
    case StopReason::too_deep: return "too many layers";
  }
  return "";
}

}  // namespace whydrop
