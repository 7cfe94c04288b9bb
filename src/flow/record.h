// What was counted and seen of one conversation: facts, never judgement.
//
// A record has two parts. FlowRecord is the hot one, touched by every packet and exactly two cache lines; FlowDetail
// is the cold one, allocated once a flow does something that a verdict may need to know more about. Both are plain
// values: they can be copied into a finding, printed and read back.
//
// Sides are indexed as in the key (low, high); `initiator` says which of them is the client.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "src/core/packet_ref.h"
#include "src/core/time.h"
#include "src/flow/key.h"

namespace whydrop {

// NOLINTBEGIN(readability-identifier-naming): bits, used like enumerators
/// One bit per thing that a side was seen to do (FlowSide::saw).
namespace saw {
constexpr std::uint16_t syn = 1U << 0U;
constexpr std::uint16_t syn_ack = 1U << 1U;
constexpr std::uint16_t ack = 1U << 2U;  ///< any segment with ACK and without SYN or RST
constexpr std::uint16_t data = 1U << 3U;
constexpr std::uint16_t fin = 1U << 4U;
constexpr std::uint16_t rst = 1U << 5U;           ///< one that the receiver accepts
constexpr std::uint16_t ack_moved = 1U << 6U;     ///< its ACK number grew: the other direction lives
constexpr std::uint16_t unseen_acked = 1U << 7U;  ///< it acknowledged bytes that this capture never saw
constexpr std::uint16_t oversize = 1U << 8U;      ///< a frame larger than one segment: offload, so this side is local
constexpr std::uint16_t bad_checksum = 1U << 9U;  ///< checksum left to the card: this side is local
constexpr std::uint16_t outbound = 1U << 10U;     ///< the capture says that its packets left the capturing host
constexpr std::uint16_t inbound = 1U << 11U;
constexpr std::uint16_t zero_window = 1U << 12U;     ///< the last window that it advertised is 0
constexpr std::uint16_t fin_acked = 1U << 13U;       ///< its FIN was acknowledged
constexpr std::uint16_t signed_segment = 1U << 14U;  ///< MD5 or TCP-AO option
constexpr std::uint16_t odd_rst = 1U << 15U;         ///< a RST that its receiver would not accept
}  // namespace saw
// NOLINTEND(readability-identifier-naming)

struct FlowSide {
  std::uint32_t packets = 0;
  TcpSeq isn;    ///< of its SYN or SYN-ACK; over UDP a hash of the name that it asked for, see name_hash
  TcpSeq next;   ///< the sequence number after the last byte that it sent
  TcpSeq acked;  ///< the highest ACK number that it sent
  std::uint16_t saw = 0;
  std::uint8_t ttl = 0;   ///< of its first packet
  std::uint8_t syns = 0;  ///< SYN or SYN-ACK segments, copies of the capture apart; saturates

  bool has(std::uint16_t bits) const { return (saw & bits) == bits; }
  bool has_any(std::uint16_t bits) const { return (saw & bits) != 0; }
};

/// How sure `initiator` is, weakest first (verdicts.md, initiator / responder).
enum class DirectionSource : std::uint8_t { first_sender, ports, handshake };

/// Which side's half of the handshake took next to no time: the capture stands there.
enum class Nearness : std::uint8_t { unknown, client, server };

struct FlowRecord {
  static constexpr std::uint32_t kNoDetail = std::numeric_limits<std::uint32_t>::max();

  FlowKey key;
  Time first;
  Time last;
  PacketRef first_packet;
  std::array<std::uint64_t, 2> bytes{};  ///< payload of the transport, copies and retransmissions included
  std::array<FlowSide, 2> sides{};
  std::uint32_t detail = kNoDetail;  ///< index in the table's pool of details, or of lone SYNs
  Side initiator = Side::low;
  DirectionSource direction : 2 = DirectionSource::first_sender;
  Nearness near : 2 = Nearness::unknown;
  bool handshake_done : 1 = false;  ///< SYN, SYN-ACK and the ACK that opens were seen
  bool is_lone_syn : 1 = false;     ///< a SYN, sent once or twice, is all that came: it has a LoneSyn for a detail
  std::uint16_t vlan = 0;           ///< of the first packet

  FlowSide& side(Side which) { return sides[index(which)]; }
  const FlowSide& side(Side which) const { return sides[index(which)]; }
  const FlowSide& client() const { return side(initiator); }
  const FlowSide& server() const { return side(other(initiator)); }
  Endpoint client_endpoint() const { return key.endpoint(initiator); }
  Endpoint server_endpoint() const { return key.endpoint(other(initiator)); }
  std::uint64_t packets() const { return std::uint64_t{sides[0].packets} + sides[1].packets; }
  bool has_detail() const { return detail != kNoDetail && !is_lone_syn; }
};
static_assert(sizeof(FlowRecord) == 128, "two cache lines: what every packet touches");

/// Of a flow that is one SYN so far, perhaps sent once more, what a detail would hold beyond its record: nothing else
/// is kept of the millions of them that make a flood.
struct LoneSyn {
  std::uint64_t fingerprint = 0;  ///< of the last one
  PacketRef again;                ///< the second; none: it was sent once
  std::uint32_t record = 0;       ///< its number in the table
  std::uint16_t ip_id = 0;        ///< of the last one
  std::uint16_t mss = 0;
  std::uint8_t window_scale = 0;
  bool timestamps = false;
  bool sack_permitted = false;
};

/// One entry of the bounded history; what `detail` means stands beside each kind.
struct FlowEvent {
  enum class Kind : std::uint8_t {
    syn,             ///< detail: which try, from 1
    syn_ack,         ///< detail: which try, from 1
    handshake_ack,   ///< the ACK that opened the connection
    data,            ///< first payload of this side; detail: bytes
    retransmission,  ///< detail: bytes
    fin,
    rst,         ///< detail: the packet's TTL
    icmp_error,  ///< detail: type << 8 | code
    request,     ///< detail: how many before it had the same payload
    reply,       ///< detail: status (DNS rcode)
    question,
    answer,
    hole,        ///< bytes are missing before this segment; detail: how many
    unseen_ack,  ///< acknowledges bytes that the capture never saw
    port_reuse,  ///< a new SYN on this tuple while the old connection was open
  };
  PacketRef packet;
  Time time;
  std::uint32_t detail = 0;
  Kind kind{};
  Side side{};
};

/// The first and the last events of a flow: beginnings explain, endings prove.
class EventLog {
 public:
  static constexpr std::size_t kFirst = 8;
  static constexpr std::size_t kLast = 8;

  void add(const FlowEvent& event);
  /// `events` in time order, at most kFirst + kLast; `total` counts those missing between them too.
  static EventLog of(std::span<const FlowEvent> events, std::uint32_t total);
  /// So many happened between what was added and what will be.
  void skip(std::uint32_t count) { total_ += total_ < kFirst ? 0 : count; }
  std::size_t size() const { return total_ < kFirst + kLast ? total_ : kFirst + kLast; }
  std::uint32_t total() const { return total_; }
  /// In time order; between the first kFirst and the rest, events may be missing (`total` says so).
  const FlowEvent& operator[](std::size_t at) const;

  const FlowEvent* find_first(FlowEvent::Kind kind) const;
  const FlowEvent* find_last(FlowEvent::Kind kind) const;

 private:
  std::uint32_t total_ = 0;
  std::array<FlowEvent, kFirst + kLast> events_{};
};

/// An ICMP or ICMPv6 error that quotes a packet of the flow.
struct IcmpErrorFact {
  IpAddress sender;
  IpAddress receiver;  ///< where that is not the source that it quotes: a hop rewrote one of them; else unspecified
  PacketRef packet;
  Time time;
  std::uint32_t mtu = 0;         ///< as given; 0: none
  std::uint32_t quoted_len = 0;  ///< total length of the quoted packet
  std::uint16_t count = 0;       ///< the same error again
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  Side about = Side::low;  ///< who had sent the quoted packet
  std::uint8_t quoted_ttl = 0;
};

/// What one side did as a sender of TCP data.
struct alignas(64) SenderFacts {
  static constexpr std::size_t kRecent = 4;
  /// A segment that carried new bytes.
  struct Sent {
    Time time;
    std::uint64_t fingerprint = 0;
    TcpSeq end;
    std::uint32_t size = 0;  ///< of one segment on the wire, offload undone; 0: empty slot, or acknowledged

    bool operator==(const Sent&) const = default;
  };
  /// The oldest unacknowledged byte, sent again and again.
  struct Stuck {
    TcpSeq seq;
    std::uint32_t tries = 0;    ///< retransmissions of that byte
    std::uint32_t largest = 0;  ///< segment sizes tried for it
    std::uint32_t smallest = 0;
    Time first_sent;  ///< its first transmission, where still known; else first_try
    Time first_try;
    Time last_try;
    PacketRef first_packet;
    PacketRef last_packet;

    bool operator==(const Stuck&) const = default;
  };
  /// Bytes that this capture point never saw although later ones came by.
  struct Hole {
    TcpSeq start;
    std::uint32_t length = 0;  ///< 0: no hole
    Time since;
    PacketRef packet;                 ///< the segment behind the hole
    std::uint32_t later_largest = 0;  ///< largest segment that arrived behind it
    std::uint32_t later_segments = 0;
    std::uint32_t duplicate_acks = 0;  ///< the receiver asking for its first byte

    bool operator==(const Hole&) const = default;
  };

  // One cache line that every packet touches, then what data touches, then what only trouble does.
  Time last_sent;
  std::uint64_t last_fingerprint = 0;  ///< of its last packet, to know a copy of it
  Duration longest_silence{};          ///< of the whole flow, ended by this side
  std::uint32_t data_segments = 0;
  std::uint32_t largest_segment = 0;  ///< one segment on the wire
  std::uint32_t largest_acked = 0;    ///< data acknowledged or SACKed after the handshake
  std::uint32_t largest_frame = 0;    ///< payload of one captured frame, before undoing offload
  std::uint32_t duplicate_acks = 0;   ///< bare ACKs that repeat its last ACK number while the peer's bytes are missing
  std::uint32_t retransmitted = 0;    ///< data segments; keep-alives, window probes and copies apart
  std::uint16_t copies = 0;           ///< packets that the capture recorded again; saturates
  std::uint16_t last_id = 0;          ///< IP identification of its last packet
  std::uint16_t mss = 0;              ///< announced by this side in its SYN: what it can receive
  std::uint8_t min_ttl = 0;
  std::uint8_t max_ttl = 0;
  std::uint8_t window_scale = 0xff;
  bool timestamps = false;
  bool sack_permitted = false;
  bool dont_fragment = false;      ///< of its last data segment
  bool troubled = false;           ///< `hole` or `stuck` holds something
  bool broke_silence = false;      ///< FlowDetail::idle is its packet, and nothing came back yet
  std::uint8_t history_marks = 0;  ///< letters of this side that stand in the history already
  std::uint8_t recent_at = 0;
  std::array<Sent, kRecent> recent{};

  std::uint32_t probes = 0;          ///< keep-alives and window probes
  std::uint16_t resent_acked = 0;    ///< of `retransmitted`: bytes that had been acknowledged here; saturates
  std::uint16_t reported_twice = 0;  ///< of `retransmitted`: bytes that the receiver says came twice; saturates
  std::uint64_t last_packet_id = 0;  ///< Frame::packet_id of its last packet
  Hole hole;
  Stuck stuck;

  void note_trouble() { troubled = hole.length != 0 || stuck.tries != 0; }
};
static_assert(offsetof(SenderFacts, recent) == 64, "one cache line");

/// The first packet after a long silence of an open connection, and what became of it.
struct IdleFacts {
  static constexpr Duration kLong = std::chrono::seconds(10);  ///< shorter silences are not noted

  Duration length{};  ///< of the last such silence; 0: there was none
  Side by = Side::low;
  std::uint32_t repeats = 0;  ///< packets of the same side since, while nothing came back
  bool answered = false;
  bool reset = false;  ///< the answer was a RST
  PacketRef packet;
  Time time;
  Time last;            ///< of the repeats
  Duration survived{};  ///< the longest silence after which the connection went on

  bool operator==(const IdleFacts&) const = default;
};

/// The first RST that its receiver accepts, with what tells who sent it and what it ended.
struct ResetFacts {
  PacketRef packet;  ///< none: there was no RST
  Time time;
  Side sender = Side::low;
  std::uint8_t ttl = 0;
  bool has_ack = false;
  bool has_payload = false;
  bool dont_fragment = false;
  bool has_timestamp = false;
  std::uint16_t ip_id = 0;
  std::uint16_t previous_id = 0;  ///< of its side's packet before; 0 where there was none
  std::uint16_t window = 0;
  std::int32_t ahead = 0;  ///< its sequence number minus the next one of its side
  Duration silence{};      ///< of the whole flow before it
  bool after_fin = false;  ///< a FIN had been sent by either side
};

/// How long a side kept the other from sending.
struct ZeroWindow {
  Time since;  ///< Time{}: its window is open
  Duration longest{};
  PacketRef packet;  ///< that closed it first

  bool operator==(const ZeroWindow&) const = default;
};

/// What a request/reply protocol over UDP, an echo exchange, or ARP/ND showed.
struct ExchangeFacts {
  std::uint32_t requests = 0;
  std::uint32_t repeats = 0;  ///< requests whose payload had been sent before
  std::uint32_t replies = 0;
  std::uint32_t unanswered = 0;    ///< requests since the last reply
  std::uint32_t errors = 0;        ///< replies that say that it failed (DNS rcode other than 0)
  std::uint64_t payload_hash = 0;  ///< of the first request
  Time first_request;
  Time last_request;
  Time last_reply;
  PacketRef last_request_packet;
  bool expects_reply = false;  ///< the protocol always answers such a request
  bool to_group = false;       ///< sent to a broadcast or multicast MAC: a subnet's broadcast address shows only there
  bool only_repeats = true;    ///< nothing but the first payload was sent
  bool truncated = false;      ///< a reply said that it did not fit (DNS TC)
  bool two_answered = false;   ///< ARP, ND: two MAC addresses answered one question
  std::uint8_t mac_changes = 0;  ///< ARP, ND: answers that came from another MAC address than the one before; saturates
  MacAddress mac;                ///< ARP, ND: of the last answer
  MacAddress other_mac;          ///< ARP, ND: of the answer before a change
  Time mac_changed;              ///< first change
  PacketRef mac_packet;          ///< first answer from another MAC address
  Duration first_gap{};          ///< between the first two requests
  Duration last_gap{};
  Duration shortest_reply_gap{};  ///< between replies; 0: fewer than two came
  Duration longest_reply_gap{};
  std::uint16_t status = 0;    ///< of the last reply
  std::uint16_t echo_seq = 0;  ///< of the last echo request

  bool operator==(const ExchangeFacts&) const = default;
};

/// What carried one side's packets, as last seen.
struct TunnelSide {
  std::uint32_t id = 0;          ///< VNI, TEID, key …
  std::uint8_t dissector = 0;    ///< 0: none
  std::uint32_t mpls_label = 0;  ///< 0: none

  bool operator==(const TunnelSide&) const = default;
};

/// What the capturing machine said of this flow's packets.
struct WitnessFacts {
  Witness dropped;  ///< the first packet that it did not let pass; source none: there was none
  PacketRef packet;
  Time time;
  Side sender = Side::low;
  std::uint32_t drops = 0;
  std::uint32_t passes = 0;
};

/// Datagrams of which some fragments came by and others never did.
struct FragmentFacts {
  std::uint32_t incomplete = 0;
  std::uint32_t whole = 0;
  Side sender = Side::low;  ///< of the first incomplete one
  PacketRef packet;         ///< the last fragment of it that was seen
  Time time;
};

struct FlowDetail {
  static constexpr std::size_t kIcmpErrors = 3;
  static constexpr std::size_t kHistory = 24;
  static constexpr std::int32_t kNoEncapsulation = -1;

  std::array<SenderFacts, 2> senders{};
  /// Handshake times; unset ones are Time{}.
  Time syn_first;
  Time syn_last;
  Time syn_ack_first;
  Time syn_ack_last;
  Time handshake_ack;
  std::uint8_t icmp_count = 0;
  std::uint8_t history_len = 0;
  std::array<char, kHistory> history{};                 ///< Zeek's letters
  std::int32_t other_encapsulation = kNoEncapsulation;  ///< FlowKey::encapsulation of the responder, where it differs
  IdleFacts idle;
  ResetFacts reset;
  std::array<ZeroWindow, 2> zero_windows{};
  ExchangeFacts exchange;
  std::array<ApplicationFacts, 2> applications{};  ///< what each side began with
  std::array<TunnelSide, 2> tunnels{};
  WitnessFacts witness;
  FragmentFacts fragments;
  EventLog events;
  std::array<IcmpErrorFact, kIcmpErrors> icmp{};

  const SenderFacts& sender(Side side) const { return senders[index(side)]; }
  SenderFacts& sender(Side side) { return senders[index(side)]; }
  const ZeroWindow& zero_window(Side side) const { return zero_windows[index(side)]; }
  const ApplicationFacts& application(Side side) const { return applications[index(side)]; }
  ApplicationFacts& application(Side side) { return applications[index(side)]; }
  std::string_view history_text() const { return {history.data(), history_len}; }
};

/// What there is of a flow beside its record: its detail, or the SYN that is all that came, or neither.
struct Held {
  const FlowDetail* detail = nullptr;
  const LoneSyn* lone_syn = nullptr;
};

/// Of a name as DNS compares names, without case; never 0.
std::uint32_t name_hash(std::string_view name);

/// A record on its own, out of the table.
struct Flow {
  FlowRecord record;
  std::optional<FlowDetail> detail;
};

}  // namespace whydrop
