// The only way to packet bytes: a cursor with two limits.
//
// `captured` is what we hold, `claimed` is what the enclosing header says there is. Running into the first means that
// the capture cut the packet (snap length); running into the second means that the packet contradicts itself. The two
// are never confused: a cut packet says nothing about its sender, a malformed one does.
//
// Reads come in two shapes. A fixed header is taken whole and read by constant offsets, which the compiler checks
// against its size; variable parts are read by bounded calls that can fail.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>

#include "src/wire/stop.h"

// NOLINTBEGIN(cppcoreguidelines-pro-bounds-pointer-arithmetic): here and nowhere else
namespace whydrop {

/// A header of exactly N captured bytes, or none. Reads outside of it do not compile.
template <std::size_t N>
class Header {
 public:
  static constexpr std::size_t kSize = N;

  constexpr Header() = default;
  constexpr explicit Header(const std::uint8_t* bytes) : bytes_(bytes) {}

  constexpr explicit operator bool() const { return bytes_ != nullptr; }

  template <std::size_t At>
    requires(At < N)
  std::uint8_t u8() const {
    return bytes_[At];
  }
  template <std::size_t At>
    requires(At + 2 <= N)
  std::uint16_t be16() const {
    return static_cast<std::uint16_t>(bytes_[At] << 8U | bytes_[At + 1]);
  }
  template <std::size_t At>
    requires(At + 3 <= N)
  std::uint32_t be24() const {
    return std::uint32_t{be16<At>()} << 8U | bytes_[At + 2];
  }
  template <std::size_t At>
    requires(At + 4 <= N)
  std::uint32_t be32() const {
    return std::uint32_t{be16<At>()} << 16U | be16<At + 2>();
  }
  template <std::size_t At>
    requires(At + 8 <= N)
  std::uint64_t be64() const {
    return std::uint64_t{be32<At>()} << 32U | be32<At + 4>();
  }
  template <std::size_t At>
    requires(At + 2 <= N)
  std::uint16_t le16() const {
    return static_cast<std::uint16_t>(bytes_[At + 1] << 8U | bytes_[At]);
  }
  template <std::size_t At>
    requires(At + 4 <= N)
  std::uint32_t le32() const {
    return std::uint32_t{le16<At + 2>()} << 16U | le16<At>();
  }
  template <std::size_t At, std::size_t Count>
    requires(At + Count <= N)
  std::span<const std::uint8_t, Count> bytes() const {
    return std::span<const std::uint8_t, Count>(bytes_ + At, Count);
  }
  template <std::size_t At, std::size_t Count>
    requires(At + Count <= N)
  Header<Count> part() const {
    return Header<Count>(bytes_ + At);
  }

 private:
  const std::uint8_t* bytes_ = nullptr;
};

class ByteReader {
 public:
  /// `claimed` may exceed `captured.size()`: the rest was on the wire but is not in the capture.
  ByteReader(std::span<const std::uint8_t> captured, std::size_t claimed)
      : bytes_(captured.data()), captured_end_(std::min(captured.size(), claimed)), claimed_end_(claimed) {}

  /// Bytes that can still be read, and bytes that the enclosing headers say are left.
  std::size_t captured() const { return captured_end_ - offset_; }
  std::size_t claimed() const { return claimed_end_ - offset_; }
  /// Bytes consumed since construction.
  std::size_t offset() const { return offset_; }

  /// The next N bytes as a header, or an empty one; `shortage()` then says why.
  template <std::size_t N>
  Header<N> take() {
    const Header<N> header = peek<N>();
    if (header) offset_ += N;
    return header;
  }
  /// Like take, without moving on.
  template <std::size_t N>
  Header<N> peek() {
    return holds(N) ? Header<N>(bytes_ + offset_) : Header<N>{};
  }
  /// Like peek, but where there are fewer bytes nothing is noted.
  template <std::size_t N>
  Header<N> look() const {
    return captured() >= N ? Header<N>(bytes_ + offset_) : Header<N>{};
  }
  std::optional<std::span<const std::uint8_t>> take_bytes(std::size_t count) {
    if (!holds(count)) return std::nullopt;
    const std::span<const std::uint8_t> bytes(bytes_ + offset_, count);
    offset_ += count;
    return bytes;
  }
  bool skip(std::size_t count) {
    if (!holds(count)) return false;
    offset_ += count;
    return true;
  }
  /// What is captured of the rest, at most `count` bytes; does not move on and cannot fail.
  std::span<const std::uint8_t> rest(std::size_t count = std::numeric_limits<std::size_t>::max()) const {
    return {bytes_ + offset_, std::min(count, captured())};
  }

  /// The enclosing header says that `length` bytes follow. False when that is more than its own parent claims, unless
  /// the parent is a fragment.
  bool limit(std::size_t length) {
    if (length > claimed() && beyond_claim_ != StopReason::cut) {
      note(length, claimed(), StopReason::bad_length);
      return false;
    }
    claimed_end_ = offset_ + length;
    captured_end_ = std::min(captured_end_, claimed_end_);
    return true;
  }

  /// What lies behind the claim is in another packet (the next fragment): running into it is a cut from here on.
  void continues_elsewhere() { beyond_claim_ = StopReason::cut; }

  /// A packet quoted inside this one: its own headers claim its length, and what is not quoted is cut.
  ByteReader quoted() const {
    constexpr std::size_t kAnyLength = 1U << 20U;
    ByteReader quote = *this;
    quote.claimed_end_ = offset_ + kAnyLength;
    return quote;
  }

  /// Why the last take, skip or limit failed; what it needed and what was there.
  StopReason shortage() const { return shortage_; }
  std::size_t needed() const { return needed_; }
  std::size_t had() const { return had_; }

 private:
  bool holds(std::size_t count) {
    if (count <= captured()) [[likely]]
      return true;
    if (count <= claimed()) note(count, captured(), StopReason::cut);
    else note(count, claimed(), beyond_claim_);
    return false;
  }
  void note(std::size_t needed, std::size_t had, StopReason reason) {
    needed_ = needed;
    had_ = had;
    shortage_ = reason;
  }

  // Both limits as offsets, so that a read moves one number.
  const std::uint8_t* bytes_;
  std::size_t offset_ = 0;
  std::size_t captured_end_;
  std::size_t claimed_end_;
  std::size_t needed_ = 0;
  std::size_t had_ = 0;
  StopReason shortage_ = StopReason::none;
  StopReason beyond_claim_ = StopReason::bad_length;
};

}  // namespace whydrop
// NOLINTEND(cppcoreguidelines-pro-bounds-pointer-arithmetic)
