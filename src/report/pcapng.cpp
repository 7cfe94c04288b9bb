// Little-endian blocks, each with its length at both ends; fields and options are padded to multiples of four.
#include "src/report/pcapng.h"

#include <algorithm>

namespace whydrop {
namespace {

enum BlockType : std::uint32_t { kInterface = 1, kEnhancedPacket = 6, kSection = 0x0a0d0d0a };

constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;  // in every block
constexpr std::size_t kLongestOption = 0xffff;

void append(std::uint64_t value, std::size_t size, PcapngBytes& out) {
  for (std::size_t at = 0; at < size; ++at) out.push_back(static_cast<std::uint8_t>(value >> (8 * at)));
}
void append16(std::uint16_t value, PcapngBytes& out) { append(value, 2, out); }
void append32(std::uint32_t value, PcapngBytes& out) { append(value, 4, out); }

/// The block begins where the bytes end now, so that what was appended before need not be aligned.
class Block {
 public:
  Block(BlockType type, PcapngBytes& out) : out_(out), start_(out.size()) {
    append32(type, out_);
    append32(0, out_);  // its length, see `finish`
  }

  void bytes(std::span<const std::uint8_t> bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    while ((out_.size() - start_) % 4 != 0) out_.push_back(0);
  }

  void option(std::uint16_t code, std::string_view text) {
    if (text.empty()) return;
    text = text.substr(0, kLongestOption);
    begin_option(code, text.size());
    out_.insert(out_.end(), text.begin(), text.end());
    bytes({});
  }
  void option(std::uint16_t code, std::uint32_t value, std::size_t size) {
    begin_option(code, size);
    append(value, size, out_);
    bytes({});
  }

  void finish() {
    if (has_options_) begin_option(kEndOfOptions, 0);
    const auto length = static_cast<std::uint32_t>(out_.size() - start_ + 4);
    append32(length, out_);
    for (std::size_t at = 0; at < 4; ++at) out_[start_ + 4 + at] = static_cast<std::uint8_t>(length >> (8 * at));
  }

 private:
  void begin_option(std::uint16_t code, std::size_t length) {
    has_options_ = true;
    append16(code, out_);
    append16(static_cast<std::uint16_t>(length), out_);
  }

  PcapngBytes& out_;
  std::size_t start_;
  bool has_options_ = false;
};

void append_interface(const CaptureInterface& interface, PcapngBytes& out) {
  enum : std::uint16_t { kName = 2, kResolution = 9, kFilter = 11 };
  constexpr std::uint32_t kNanoseconds = 9;  // a negative power of ten
  constexpr char kFilterIsText = 0;
  Block block(kInterface, out);
  append16(static_cast<std::uint16_t>(interface.link_type), out);
  append16(0, out);
  append32(interface.snap_len, out);
  block.option(kName, interface.name);
  block.option(kResolution, kNanoseconds, 1);
  if (!interface.filter.empty()) block.option(kFilter, kFilterIsText + interface.filter);
  block.finish();
}

/// epb_flags; 0: nothing is known.
std::uint32_t flags_of(FrameDirection direction) {
  switch (direction) {
    case FrameDirection::inbound: return 1;
    case FrameDirection::outbound: return 2;
    case FrameDirection::unknown: break;
  }
  return 0;
}

}  // namespace

void append_section(std::string_view program, std::string_view comment, std::span<const CaptureInterface> interfaces,
                    PcapngBytes& out) {
  enum : std::uint16_t { kProgram = 4 };
  constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;
  constexpr std::uint64_t kLengthUnknown = ~std::uint64_t{0};
  Block block(kSection, out);
  append32(kByteOrder, out);
  append16(1, out);  // version 1.0
  append16(0, out);
  append(kLengthUnknown, 8, out);
  block.option(kComment, comment);
  block.option(kProgram, program);
  block.finish();
  for (const CaptureInterface& interface : interfaces) append_interface(interface, out);
}

void append_packet(const Frame& frame, std::string_view comment, PcapngBytes& out) {
  enum : std::uint16_t { kFlags = 2 };
  const auto units = static_cast<std::uint64_t>(frame.time.time_since_epoch().count());
  Block block(kEnhancedPacket, out);
  append32(frame.interface, out);
  append32(static_cast<std::uint32_t>(units >> 32U), out);
  append32(static_cast<std::uint32_t>(units), out);
  append32(static_cast<std::uint32_t>(frame.bytes.size()), out);
  append32(frame.wire_len, out);
  block.bytes(frame.bytes);
  block.option(kComment, comment);
  if (const std::uint32_t flags = flags_of(frame.direction); flags != 0) block.option(kFlags, flags, 4);
  block.finish();
}

}  // namespace whydrop
