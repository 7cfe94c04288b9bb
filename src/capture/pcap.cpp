// The pcap format (draft-ietf-opsawg-pcap): a file header, then records of a time, two lengths and a frame.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "src/capture/formats.h"
#include "src/capture/pcap_layout.h"
#include "src/capture/record_source.h"

namespace whydrop {
namespace {

class Pcap {
 public:
  static constexpr bool kAllInFrames = true;

  explicit Pcap(const PcapLayout& layout) : layout_(layout), max_frame_(max_frame(layout.link_type)) {}

  // Inlined into both walks, of which each would else call it for every packet.
  [[gnu::always_inline]] Parsed next(std::span<const std::uint8_t> bytes, Frame& frame, const CaptureFile&) {
    if (bytes.size() < layout_.record_header) return {Parsed::Kind::need, layout_.record_header};
    ByteReader in(bytes, bytes.size());
    const OrderedHeader<16> header(in.take<16>(), layout_.order);
    std::uint32_t captured = header.u32<8>();
    std::uint32_t on_wire = header.u32<12>();
    if (layout_.lengths_swapped && captured > on_wire) std::swap(captured, on_wire);
    if (captured > max_frame_) {
      return damage(fmt::format("a packet's captured length is {}, more than the {} bytes that can be meant", captured,
                                max_frame_));
    }
    // What a crash, or a copy with holes, leaves of a file; else it would be packets without end.
    if (on_wire == 0 && header.u64<0>() == 0) return damage("a packet's record is nothing but zeros");
    const std::size_t size = layout_.record_header + captured;
    if (bytes.size() < size) return {Parsed::Kind::need, size};
    constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
    seconds_ = header.u32<0>();
    frame.time =
        Time{Duration{seconds_ * kNanosPerSecond + std::int64_t{header.u32<4>()} * layout_.nanos_per_fraction}};
    frame.bytes = bytes.subspan(layout_.record_header, captured);
    frame.wire_len = std::max(captured, on_wire);
    frame.interface = 0;
    frame.link_type = layout_.link_type;
    frame.direction = FrameDirection::unknown;
    frame.verdict = FrameVerdict::unknown;
    frame.packet_id = 0;
    return {Parsed::Kind::frame, size};
  }

  RecordSign sign() const {
    return {.byte = static_cast<std::uint8_t>(seconds_ >> 24U), .offset = layout_.order == ByteOrder::little ? 3U : 0U};
  }
  [[gnu::always_inline]] std::size_t record_size(std::span<const std::uint8_t> bytes) const {
    constexpr std::uint32_t kDay = 86'400;  // in seconds: packets of one capture are not much further apart
    ByteReader in(bytes, bytes.size());
    const Header<16> start = in.take<16>();
    if (!start) return 0;
    const OrderedHeader<16> header(start, layout_.order);
    const std::uint32_t captured = header.u32<8>();
    if (header.u32<0>() - seconds_ + kDay > 2 * kDay || captured > max_frame_ || header.u32<12>() > max_frame_)
      return 0;
    return layout_.record_header + captured;
  }

  const std::string& problem() const { return problem_; }

 private:
  Parsed damage(std::string what) {
    problem_ = std::move(what);
    return {Parsed::Kind::damage};
  }

  PcapLayout layout_;
  std::uint32_t max_frame_;
  std::uint32_t seconds_ = 0;  ///< of the last packet
  std::string problem_;
};

}  // namespace

bool is_pcap(std::span<const std::uint8_t> head) { return pcap_magic(head).has_value(); }

Opened open_pcap(Input input, std::uint32_t index) {
  auto layout = pcap_magic(input.bytes());
  const auto held = input.hold(layout->file_header);
  if (!held) return std::unexpected(held.error());
  if (!*held) return std::unexpected(header_cut(input, "pcap"));
  ByteReader in(input.bytes(), input.bytes().size());
  if (const auto fault = read_pcap_header(in.take<24>(), *layout)) {
    return std::unexpected(Error{input.name(), std::string(fault->what), fmt::format("byte {}", fault->at),
                                 "check that it is a capture file at all"});
  }
  input.consume(layout->file_header);
  // A stream is taken at its word, as Wireshark does too: its first packet must not wait for the third.
  constexpr std::size_t kSomeRecords = std::size_t{192} * 1024;
  if (layout->may_vary && (layout->is_patched || !input.is_stream())) {
    // What fails now fails again behind the records that are good.
    [[maybe_unused]] const auto enough = input.hold(kSomeRecords);
    layout->record_header = guess_record_header(*layout, input.bytes());
  }
  CaptureFile file{.path = input.path(), .format = input.format("pcap"), .size = input.size()};
  file.interfaces.push_back({.link_type = layout->link_type, .snap_len = layout->snap_len});
  std::optional<Error> objection;
  if (layout->snap_len == 0) {
    objection = Error{input.name(), "its header says that packets were cut at 0 bytes", "byte 16",
                      "the tool that wrote it is at fault; its packets are read as if there were no limit"};
  }
  return make_record_source(std::move(input), index, Pcap(*layout), std::move(file), std::move(objection));
}

}  // namespace whydrop
