// TCP sequence numbers, compared modulo 2^32 (RFC 9293, 3.4).
#pragma once

#include <cstdint>

namespace whydrop {

class TcpSeq {
 public:
  constexpr TcpSeq() = default;
  constexpr explicit TcpSeq(std::uint32_t value) : value_(value) {}

  constexpr std::uint32_t value() const { return value_; }

  /// How far `later` lies ahead of `earlier`; negative when it lies behind.
  friend constexpr std::int32_t operator-(TcpSeq later, TcpSeq earlier) {
    return static_cast<std::int32_t>(later.value_ - earlier.value_);
  }
  friend constexpr TcpSeq operator+(TcpSeq seq, std::uint32_t bytes) { return TcpSeq{seq.value_ + bytes}; }
  friend constexpr TcpSeq operator-(TcpSeq seq, std::uint32_t bytes) { return TcpSeq{seq.value_ - bytes}; }

  friend constexpr bool operator==(TcpSeq, TcpSeq) = default;
  friend constexpr bool operator<(TcpSeq a, TcpSeq b) { return a - b < 0; }
  friend constexpr bool operator>(TcpSeq a, TcpSeq b) { return b < a; }
  friend constexpr bool operator<=(TcpSeq a, TcpSeq b) { return !(b < a); }
  friend constexpr bool operator>=(TcpSeq a, TcpSeq b) { return !(a < b); }

 private:
  std::uint32_t value_ = 0;
};

}  // namespace whydrop
