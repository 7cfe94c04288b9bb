// From a kernel's enumerators to the words that its own tools print.
#include "src/drops/reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace whydrop {
namespace {

constexpr std::string_view kPrefix = "SKB_DROP_REASON_";
constexpr std::string_view kSubsystemMask = "SKB_DROP_REASON_SUBSYS_MASK";

std::string spoken(std::string_view enumerator) {
  return std::string(enumerator.starts_with(kPrefix) ? enumerator.substr(kPrefix.size()) : enumerator);
}

std::string numbered(std::uint32_t reason, std::uint32_t mask) {
  if (mask == 0 || (reason & mask) == 0) return fmt::format("number {}", reason);
  return fmt::format("subsystem {}, number {}", (reason & mask) >> static_cast<unsigned>(std::countr_zero(mask)),
                     reason & ~mask);
}

}  // namespace

DropReasons::DropReasons(ReasonNames core, ReasonNames of_subsystems)
    : core_(std::move(core)), names_(std::move(of_subsystems)) {
  for (const auto& [value, enumerator] : core_) names_[value] = spoken(enumerator);
}

std::string_view DropReasons::name(std::uint32_t reason) {
  constexpr std::size_t kMost = 4096;
  const auto known = names_.find(reason);
  if (known != names_.end()) return known->second;
  if (names_.size() >= kMost) return "";
  return names_[reason] = numbered(reason, number(kSubsystemMask).value_or(0));
}

std::optional<std::uint32_t> DropReasons::number(std::string_view enumerator) const {
  const auto found = std::ranges::find(core_, enumerator, [](const auto& entry) { return entry.second; });
  return found == core_.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace whydrop
