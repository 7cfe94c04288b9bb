// The public verdict ids, with severity and one line each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace whydrop {

enum class VerdictId : std::uint8_t {
#define VERDICT(enumerator, id, severity, summary) enumerator,
#include "src/verdict/verdicts.def"
#undef VERDICT
};

/// `healthy` never becomes a finding.
enum class Severity : std::uint8_t { failure, degraded, information, healthy };

struct VerdictInfo {
  VerdictId id;
  std::string_view name;
  Severity severity;
  std::string_view summary;
};

/// In a word, since there is one for each flow; kept in order of precedence.
class VerdictSet {
 public:
  void add(VerdictId id) { bits_ |= bit(id); }
  void add(VerdictSet others) { bits_ |= others.bits_; }
  std::vector<VerdictId> ids() const;

  bool operator==(const VerdictSet&) const = default;

 private:
  static constexpr std::uint64_t bit(VerdictId id) { return std::uint64_t{1} << static_cast<unsigned>(id); }

  std::uint64_t bits_ = 0;
};

/// In order of precedence.
std::span<const VerdictInfo> all_verdicts();
const VerdictInfo& info(VerdictId id);
inline std::string_view name(VerdictId id) { return info(id).name; }
std::string_view name(Severity severity);
std::optional<VerdictId> verdict_named(std::string_view name);

}  // namespace whydrop
