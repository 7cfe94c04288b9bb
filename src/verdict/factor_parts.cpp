// Prefixes, halves and rates of flows.
#include "src/verdict/factor_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace whydrop {
namespace {

constexpr unsigned kMappedBits = 96;  // in front of an IPv4 address
constexpr unsigned kUsualSubnetV4 = 24;
constexpr unsigned kUsualSubnetV6 = 64;

unsigned shared_bits(const IpAddress& a, const IpAddress& b) {
  const auto [a_high, a_low] = a.words();
  const auto [b_high, b_low] = b.words();
  const auto high = static_cast<unsigned>(std::countl_zero(a_high ^ b_high));
  return high < 64 ? high : 64 + static_cast<unsigned>(std::countl_zero(a_low ^ b_low));
}

}  // namespace

void CommonPrefix::add(const IpAddress& address) {
  if (!any_) first_ = address;
  any_ = true;
  bits_ = std::min(bits_, shared_bits(first_, address));
}

bool CommonPrefix::covers(const IpAddress& address) const { return any_ && shared_bits(first_, address) >= bits_; }

unsigned CommonPrefix::family_bits() const {
  if (!first_.is_v4()) return bits_;
  return bits_ < kMappedBits ? 0 : bits_ - kMappedBits;
}

CommonPrefix CommonPrefix::widened_to_subnet() const {
  CommonPrefix subnet = *this;
  subnet.bits_ = std::min(bits_, first_.is_v4() ? kMappedBits + kUsualSubnetV4 : kUsualSubnetV6);
  return subnet;
}

std::string CommonPrefix::text() const {
  std::array<std::uint8_t, 16> bytes = first_.bytes();
  for (unsigned bit = bits_; bit < kAllBits; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return fmt::format("{}/{}", to_string(IpAddress::v6(bytes)), family_bits());
}

void FailedFlows::add(const FlowRecord& record) {
  first = count == 0 ? record.first : std::min(first, record.first);
  last = count == 0 ? record.first : std::max(last, record.first);
  ++count;
  clients.add(record.client_endpoint().address);
  if (vlan && *vlan != record.vlan) several_vlans = true;
  vlan = record.vlan;
}

void PassedFlows::add(const FlowRecord& record, const FailedFlows& failed) {
  first = count == 0 ? record.first : std::min(first, record.first);
  last = count == 0 ? record.first : std::max(last, record.first);
  ++count;
  const IpAddress client = record.client_endpoint().address;
  if (failed.clients.covers(client)) ++same_client;
  if (failed.clients.widened_to_subnet().covers(client)) ++same_subnet;
  if (failed.vlan == record.vlan) ++same_vlan;
}

void SourcePortHalves::add(std::uint16_t port, bool failed) {
  if (!known_) known_ = std::make_unique<std::bitset<65536>>();
  constexpr std::uint32_t kConstant = 1U << 16U;
  constexpr std::uint32_t kRight = 1U << kUnknowns;
  std::uint32_t row = port | kConstant | (failed ? kRight : 0U);
  // The same port again proves only that it behaves as before.
  const bool again = known_->test(port);
  known_->set(port);
  if (!again) {
    ++(failed ? failed_ : passed_);
    ++((port & 1U) != 0 ? odd_ : even_)[failed ? 1 : 0];
  }
  for (std::uint32_t bit = 0; bit < kUnknowns; ++bit) {
    if ((row >> bit & 1U) == 0) continue;
    if (rows_[bit] == 0) {
      rows_[bit] = row;
      return;
    }
    row ^= rows_[bit];
  }
  if (row == kRight) consistent_ = false;
  if (!again) ++proofs_;
}

bool SourcePortHalves::separates() const {
  return consistent_ && failed_ >= kLeastEach && passed_ >= kLeastEach && proofs_ >= kLeastProofs;
}

std::optional<bool> SourcePortHalves::failed_are_odd() const {
  if (even_[1] == 0 && odd_[0] == 0) return true;
  if (odd_[1] == 0 && even_[0] == 0) return false;
  return std::nullopt;
}

void AttemptsBySecond::add(Time when, bool failed) {
  const auto second = std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count();
  if (overflown_) return;
  Second& counts = seconds_[second];
  overflown_ = seconds_.size() > kMost;
  ++counts.attempts;
  if (failed) ++counts.failed;
}

std::optional<AttemptsBySecond::Limit> AttemptsBySecond::limit() const {
  constexpr std::size_t kLeastOfEach = 2;  // one busy second may have failed for any reason
  if (overflown_) return std::nullopt;
  std::uint64_t most_calm = 0;
  std::uint64_t least_failing = 0;
  std::uint64_t answered = 0;
  std::size_t failing = 0;
  for (const auto& [when, second] : seconds_) {
    if (second.failed == 0) {
      most_calm = std::max(most_calm, second.attempts);
      continue;
    }
    least_failing = failing == 0 ? second.attempts : std::min(least_failing, second.attempts);
    answered += second.attempts - second.failed;
    ++failing;
  }
  const std::size_t calm = seconds_.size() - failing;
  if (failing < kLeastOfEach || calm < kLeastOfEach || least_failing <= most_calm || answered == 0) return std::nullopt;
  return Limit{.most_without_failure = most_calm,
               .answered_per_second = static_cast<double>(answered) / static_cast<double>(failing)};
}

}  // namespace whydrop
