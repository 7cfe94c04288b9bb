// Which flows a table takes, where several tables share those of a capture among them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "src/core/address.h"
#include "src/flow/key.h"

namespace whydrop {

/// Flows in parts, and whose share each part is. What is found out about flows does not depend on it.
class Shares {
 public:
  static constexpr std::size_t kParts = 256;
  static constexpr std::uint32_t kMostTables = 64;

  explicit Shares(std::uint32_t tables = 1) : tables_(tables) {
    for (std::size_t part = 0; part < kParts; ++part) owners_[part] = static_cast<std::uint8_t>(part % tables);
  }

  std::uint32_t tables() const { return tables_; }
  /// So that each table gets as many of these packets as can be.
  void balance(std::span<const std::uint32_t, kParts> packets);

  std::uint32_t owner(std::size_t part) const { return owners_[part]; }
  /// The same for both directions, whatever carries them: sums are. A client's connections have ports that follow each
  /// other, and neighbours have such addresses; multiples of the golden ratio spread them.
  static std::size_t part(IpAddress::Words a, std::uint16_t a_port, IpAddress::Words b, std::uint16_t b_port) {
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
    constexpr std::uint64_t kSquareRootOfTwo = 0x6a09e667f3bcc909;
    const std::uint64_t ports = std::uint64_t{a_port} + b_port;
    return (ports * kGolden + (a.first + b.first + a.second + b.second) * kSquareRootOfTwo) >> 56U;
  }

 private:
  std::uint32_t tables_;
  std::array<std::uint8_t, kParts> owners_{};
};

/// One table's.
struct Share {
  Shares shares{};
  std::uint32_t mine = 0;

  bool is_all() const { return shares.tables() == 1; }
  /// Takes what belongs to no flow, too.
  bool is_first() const { return mine == 0; }
  bool has(const FlowKey& key) const {
    return shares.owner(Shares::part(key.low.words(), key.low_port, key.high.words(), key.high_port)) == mine;
  }
};

}  // namespace whydrop
