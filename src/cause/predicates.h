// The evidence predicates that catalog entries name: pure functions from a case to an answer.
//
// A predicate is one line in predicates.def and one function, ask_NAME, in its theme's file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "src/cause/case.h"

namespace whydrop {

enum class PredicateId : std::uint8_t {
#define PREDICATE(enumerator, meaning) enumerator,
#include "src/cause/predicates.def"
#undef PREDICATE
};

struct PredicateInfo {
  PredicateId id;
  std::string_view name;
  std::string_view meaning;
  Answer (*ask)(const Case&);
};

std::span<const PredicateInfo> all_predicates();
std::optional<PredicateId> predicate_named(std::string_view name);
inline const PredicateInfo& info(PredicateId id) { return all_predicates()[static_cast<std::size_t>(id)]; }

#define PREDICATE(enumerator, meaning) Answer ask_##enumerator(const Case& about);
#include "src/cause/predicates.def"
#undef PREDICATE

/// Shared by several themes.
namespace fact {
/// An attribute of the finding, where it has one of this name and type.
template <typename T>
const T* attribute(const Finding& finding, std::string_view name) {
  const AttributeValue* value = finding.attribute(name);
  return value == nullptr ? nullptr : std::get_if<T>(value);
}
/// Not routed on the Internet.
bool is_private(const IpAddress& address);
/// The side whose packets get no answer: who repeats its SYN-ACK or its data, else the client.
Side unanswered_side(const Flow& flow);
}  // namespace fact

}  // namespace whydrop
