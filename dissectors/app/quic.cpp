// QUIC (RFC 8999, 9000, 9369): which packet opens a datagram, and for whom a client's first one is meant.
#include "dissectors/app/message.h"
#include "dissectors/app/quic_hello.h"
#include "dissectors/app/quic_varint.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

constexpr std::uint8_t kLongHeader = 0x80;
constexpr std::uint8_t kFixedBit = 0x40;

/// As version 1 numbers them.
enum class PacketType : std::uint8_t { initial, zero_rtt, handshake, retry };

/// What stands in every long header, whatever the version (RFC 8999, 5.1).
struct LongHeader {
  std::uint8_t first = 0;
  std::uint32_t version = 0;
  std::span<const std::uint8_t> destination;  ///< connection id

  bool has_known_types() const {
    const QuicVersion named{version};
    return (first & kFixedBit) != 0 && (named == QuicVersion::v1 || named == QuicVersion::v2);
  }
  PacketType type() const {
    const unsigned number = first >> 4U & 3U;
    return static_cast<PacketType>(QuicVersion{version} == QuicVersion::v1 ? number : (number + 3U) % 4U);
  }
};

/// Nobody has it (RFC 9000, 15): a client that offers it wants the server's list of versions.
bool asks_for_versions(std::uint32_t version) { return (version & 0x0f0f0f0fU) == 0x0a0a0a0a; }

/// Drafts and Google's own versions.
bool is_other_version(std::uint32_t version) {
  constexpr std::uint32_t kGoogle = 0x5130;     // "Q0", and two digits
  constexpr std::uint32_t kGoogleTls = 0x5430;  // "T0"
  const std::uint32_t family = version >> 16U;
  return version >> 8U == 0xff0000 || family == kGoogle || family == kGoogleTls;
}

/// `packet` is `in` before its header; behind the connection ids are token and length, then the packet number.
Step read_initial(const ByteReader& packet, ByteReader& in, const LongHeader& long_header, PacketView& view) {
  constexpr std::size_t kMinLen = kQuicTagLen + 4;  // RFC 9001, 5.4.2: as much as a sample needs
  const auto token_len = take_varint(in);
  if (!token_len || !in.skip(static_cast<std::size_t>(*token_len))) return in.shortage();
  const auto length = take_varint(in);
  if (!length || !in.limit(static_cast<std::size_t>(*length))) return in.shortage();
  if (*length < kMinLen) return StopReason::bad_length;

  const bool from_server = is_from_service(view.facts());
  ApplicationFacts& app = from_server ? begin_message(view, Role::reply) : begin_question(view);
  app.transaction = long_header.version;
  if (from_server) return Step::done();  // its keys follow from an id that is not in its packets
  read_quic_hello(in, packet.rest(in.offset() - packet.offset()),
                  quic_client_keys(QuicVersion{long_header.version}, long_header.destination), app);
  return in.captured() < in.claimed() ? Step(StopReason::cut) : Step::done();
}

Step read_long(const ByteReader& packet, ByteReader& in, const LongHeader& long_header, PacketView& view) {
  if (long_header.has_known_types()) {
    const PacketType type = long_header.type();
    if (type == PacketType::initial) return read_initial(packet, in, long_header, view);
    ApplicationFacts& app = begin_message(view, type == PacketType::retry ? Role::reply : Role::other);
    app.kind = static_cast<std::uint16_t>(type);
    app.transaction = long_header.version;
    return Step::done();
  }
  const bool lists_versions = long_header.version == 0 && in.claimed() != 0 && in.claimed() % 4 == 0;
  if (lists_versions) begin_message(view, Role::reply);
  else if (asks_for_versions(long_header.version) && !is_from_service(view.facts())) begin_question(view);
  else if (is_other_version(long_header.version)) begin_message(view, Role::other).transaction = long_header.version;
  return Step::done();
}

}  // namespace

Step dissect_quic(ByteReader& in, PacketView& view) {
  constexpr std::size_t kMaxId = 20;
  const ByteReader packet = in;
  const auto first = in.take<1>();
  if (!first) return not_this_protocol(in);
  LongHeader header{.first = first.u8<0>()};
  // A short header says nothing: half of all bytes begin one.
  if ((header.first & kLongHeader) == 0) return Step::done();
  const auto start = in.take<5>();
  if (!start) return not_this_protocol(in);
  header.version = start.be32<0>();
  if (start.u8<4>() > kMaxId) return Step::done();
  const auto destination = in.take_bytes(start.u8<4>());
  const auto source_len = in.take<1>();
  if (!destination || !source_len) return not_this_protocol(in);
  if (source_len.u8<0>() > kMaxId) return Step::done();
  if (!in.skip(source_len.u8<0>())) return not_this_protocol(in);
  header.destination = *destination;
  return read_long(packet, in, header, view);
}

}  // namespace whydrop
