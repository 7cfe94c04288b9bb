// The public verdict ids, with severity and one line each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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

/// In order of precedence.
std::span<const VerdictInfo> all_verdicts();
const VerdictInfo& info(VerdictId id);
inline std::string_view name(VerdictId id) { return info(id).name; }
std::string_view name(Severity severity);
std::optional<VerdictId> verdict_named(std::string_view name);

}  // namespace whydrop
