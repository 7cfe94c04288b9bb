// The table of predicates, and what their themes share.
#include "src/cause/predicates.h"

#include <algorithm>

namespace whydrop {

std::span<const PredicateInfo> all_predicates() {
  static constexpr PredicateInfo kPredicates[] = {
#define PREDICATE(enumerator, meaning) {PredicateId::enumerator, #enumerator, meaning, ask_##enumerator},
#include "src/cause/predicates.def"
#undef PREDICATE
  };
  return kPredicates;
}

std::optional<PredicateId> predicate_named(std::string_view name) {
  const auto known = all_predicates();
  const auto found = std::ranges::find(known, name, &PredicateInfo::name);
  return found == known.end() ? std::nullopt : std::optional(found->id);
}

namespace fact {

bool is_private(const IpAddress& address) { return address.is_private() || address.is_link_local(); }

Side unanswered_side(const Flow& flow) {
  const Side server = other(flow.record.initiator);
  const bool data_stuck = flow.detail && flow.detail->sender(server).stuck.tries > 0;
  const bool syn_ack_stuck = flow.record.server().has(saw::syn_ack) && !flow.record.client().has(saw::ack);
  return data_stuck || syn_ack_stuck ? server : flow.record.initiator;
}

}  // namespace fact

}  // namespace whydrop
