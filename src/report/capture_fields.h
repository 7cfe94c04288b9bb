// The members of what a part of a capture was as a whole, under "facts" of the header line.
#pragma once

#include "src/flow/join.h"
#include "src/report/fact_io.h"
#include "src/report/flow_part.h"
#include "src/report/packet_fields.h"
#include "src/verdict/quality.h"

namespace whydrop {

/// Files and tunnels have 16 bits for their numbers; nothing else comes near.
constexpr std::size_t kMostListed = 0xffff;

/// A list that a reader lets grow as far as the line is long.
template <class Io, typename T, typename Fill>
void growing_list(Io& io, const char* key, Member<Io, std::vector<T>>& list, std::size_t most, const Fill& fill) {
  std::size_t count = list.size();
  io.list(key, count, most, [&](auto& one, std::size_t at) {
    if constexpr (Io::kReads) list.resize(at + 1);
    fill(one, list[at]);
  });
}

template <class Io>
void fields(Io& io, Member<Io, TrafficFacts>& traffic) {
  io("packets", traffic.packets);
  io("bytes", traffic.bytes);
  io("first", traffic.first);
  io("last", traffic.last);
  io("first_packet", traffic.first_packet);
  io("last_packet", traffic.last_packet);
  io("backward_steps", traffic.backward_steps);
  io("icmp_packets", traffic.icmp_packets);
  io("undissected", traffic.undissected);
  io("malformed", traffic.malformed);
  io("cut_packets", traffic.cut_packets);
  io("cut_quotes", traffic.cut_quotes);
  io("fragments", traffic.fragments);
  io("stray_fragments", traffic.stray_fragments);
  io("tunnelled", traffic.tunnelled);
  io("copies", traffic.copies);
  io("folded", traffic.folded);
}

template <class Io>
void fields(Io& io, Member<Io, CaptureSummary::File>& file) {
  io.always("path", file.path);
  io.always("format", file.format);
  io("packets", file.packets);
  bool cut = file.cut_at.has_value();
  std::uint64_t cut_at = file.cut_at.value_or(0);
  io.object_if("cut", cut, [&](auto& part) { part.always("at", cut_at); });
  if constexpr (Io::kReads) {
    if (cut) file.cut_at = cut_at;
  }
  io("damaged", file.damaged);
  growing_list<Io, NamedAddress>(io, "names", file.names, kMostListed, [](auto& one, auto& named) {
    one.always("address", named.address);
    one.always("name", named.name);
  });
  growing_list<Io, Comment>(io, "comments", file.comments, kMostListed, [](auto& one, auto& comment) {
    one("packet", comment.packet);
    one.always("text", comment.text);
  });
}

template <class Io>
void fields(Io& io, Member<Io, Encapsulation>& carriers) {
  io("low", carriers.low);
  io("high", carriers.high);
  dissector_field(io, "protocol", carriers.dissector);
  io("packets", carriers.packets);
}

template <class Io>
void fields(Io& io, Member<Io, Datagram>& datagram) {
  io.always("src", datagram.src);
  io.always("dst", datagram.dst);
  io("id", datagram.id);
  io("protocol", datagram.protocol);
  io("last_offset", datagram.last_offset);
  io("received", datagram.received);
  io("total", datagram.total);
  io("first", datagram.first);
  io("last", datagram.last);
  io("last_packet", datagram.last_packet);
  io.object_if("flow", datagram.has_first, [&](auto& flow) {
    flow("transport", datagram.flow.transport);
    flow("low", datagram.flow.low);
    flow("low_port", datagram.flow.low_port);
    flow("high", datagram.flow.high);
    flow("high_port", datagram.flow.high_port);
    flow("encapsulation", datagram.flow.encapsulation);
    bool from_high = datagram.sender == Side::high;
    flow("from_high", from_high);
    if constexpr (Io::kReads) datagram.sender = from_high ? Side::high : Side::low;
  });
}

template <class Io>
void fields(Io& io, Member<Io, Opening>& opening) {
  io.always("transport", opening.tuple.transport);
  io.always("low", opening.tuple.low);
  io("low_port", opening.tuple.low_port);
  io.always("high", opening.tuple.high);
  io("high_port", opening.tuple.high_port);
  growing_list<Io, OpeningPacket>(io, "packets", opening.packets, Opening::kMostPackets,
                                  [](auto& one, auto& packet) { fields(one, packet); });
}

template <class Io>
void capture_fields(Io& io, Member<Io, FlowPart>& part, Member<Io, CaptureSummary>& capture,
                    Member<Io, PartLines>& lines) {
  io("first_number", lines.first_number, 1);
  io("flows", lines.flows);
  io("openings", lines.openings);
  fields(io, part.traffic);
  io("dropped", capture.dropped);
  io("files_overlap", capture.files_overlap);
  growing_list<Io, CaptureSummary::File>(io, "files", capture.files, kMostListed,
                                         [](auto& one, auto& file) { fields(one, file); });
  growing_list<Io, std::string>(io, "filters", capture.filters, kMostListed,
                                [](auto& one, auto& text) { one.always("filter", text); });
  growing_list<Io, LinkType>(io, "link_types", capture.link_types, kMostListed, [](auto& one, auto& type) {
    auto number = static_cast<std::uint16_t>(type);
    one.always("number", number);
    if constexpr (Io::kReads) type = LinkType{number};
  });
  growing_list<Io, Encapsulation>(io, "tunnels", part.carriers, kMostListed,
                                  [](auto& one, auto& carriers) { fields(one, carriers); });
  growing_list<Io, Datagram>(io, "datagrams", part.datagrams, kMostListed,
                             [](auto& one, auto& datagram) { fields(one, datagram); });
}

}  // namespace whydrop
