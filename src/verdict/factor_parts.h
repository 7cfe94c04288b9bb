// What is remembered of a finding's flows and of their service's other flows, to tell what sets them apart.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "src/flow/record.h"

namespace whydrop {

/// The leading bits that several addresses share.
class CommonPrefix {
 public:
  void add(const IpAddress& address);
  bool is_one() const { return bits_ == kAllBits; }
  bool covers(const IpAddress& address) const;
  const IpAddress& first() const { return first_; }
  /// Bits as the address's own family counts them.
  unsigned family_bits() const;
  /// No longer than subnets usually are, so that "10.9.1.0/24" covers 10.9.1.2 and 10.9.1.3.
  CommonPrefix widened_to_subnet() const;
  /// "10.9.1.0/24".
  std::string text() const;

 private:
  static constexpr unsigned kAllBits = 128;

  IpAddress first_;
  unsigned bits_ = kAllBits;
  bool any_ = false;
};

struct FailedFlows {
  std::uint64_t count = 0;
  CommonPrefix clients;
  std::optional<std::uint16_t> vlan;
  bool several_vlans = false;
  Time first;
  Time last;

  void add(const FlowRecord& record);
};

/// Flows to the same service that got an answer and no verdict that counts as failure, beside the failed ones.
struct PassedFlows {
  std::uint64_t count = 0;
  std::uint64_t same_client = 0;
  std::uint64_t same_subnet = 0;
  std::uint64_t same_vlan = 0;
  Time first;
  Time last;

  void add(const FlowRecord& record, const FailedFlows& failed);
};

/// Is there a half of the source ports that all failed flows share and no other has? Hashes that spread flows over
/// paths (XOR, CRC) are linear in the bits of the port: a half is then one equation over GF(2) that every flow obeys,
/// and flows beyond the 17 unknowns obey it by chance with one half each.
class SourcePortHalves {
 public:
  void add(std::uint16_t port, bool failed);
  bool separates() const;
  /// The port's lowest bit alone decides: the failed ones are odd, or even.
  std::optional<bool> failed_are_odd() const;

 private:
  static constexpr std::uint32_t kUnknowns = 17;  // sixteen bits and a constant
  static constexpr std::uint64_t kLeastEach = 4;
  static constexpr std::uint32_t kLeastProofs = 10;  // by chance once in a thousand

  std::array<std::uint32_t, kUnknowns> rows_{};  ///< by leading bit; bit 17 is the right-hand side
  std::unique_ptr<std::bitset<65536>> known_;
  std::uint64_t failed_ = 0;
  std::uint64_t passed_ = 0;
  std::uint32_t proofs_ = 0;
  bool consistent_ = true;
  std::array<std::uint32_t, 2> odd_{};  ///< distinct ports: passed, failed
  std::array<std::uint32_t, 2> even_{};
};

/// Attempts a second, and how many of them failed.
class AttemptsBySecond {
 public:
  void add(Time when, bool failed);
  struct Limit {
    std::uint64_t most_without_failure = 0;
    double answered_per_second = 0;  ///< in the seconds with failures
  };
  /// Where every second with failures had more attempts than any without.
  std::optional<Limit> limit() const;

 private:
  static constexpr std::size_t kMost = 4096;
  struct Second {
    std::uint64_t attempts = 0;
    std::uint64_t failed = 0;
  };
  std::map<std::int64_t, Second> seconds_;
  bool overflown_ = false;
};

}  // namespace whydrop
