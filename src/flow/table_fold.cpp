// Records that leave the table before the capture ends, because the memory bound was reached.
#include <utility>

#include "src/flow/table.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {
namespace {

constexpr std::uint32_t kFoldSample = 8;

}  // namespace

/// Places are filled in order, and again in the order in which they were vacated: the hand that goes round finds the
/// oldest records first, and of a few neighbours takes the one that has been quiet for longest.
void FlowTable::fold_one(Time now) {
  std::uint32_t victim = FlowIndex::kNone;
  for (std::uint32_t ahead = 0; ahead < kFoldSample; ++ahead) {
    const std::uint32_t candidate = (fold_hand_ + ahead) % records_.extent();
    const FlowRecord& record = records_[candidate];
    if (!record.first_packet) continue;  // a free place
    if (victim == FlowIndex::kNone ||
        std::pair(!has_ended(record), record.last) < std::pair(!has_ended(records_[victim]), records_[victim].last)) {
      victim = candidate;
    }
  }
  fold_hand_ = ((victim == FlowIndex::kNone ? fold_hand_ + kFoldSample : victim + 1)) % records_.extent();
  if (victim != FlowIndex::kNone) fold(victim, now);
}

void FlowTable::fold(std::uint32_t victim, Time now) {
  FlowRecord& record = records_[victim];
  folded_(record, held(record), now);
  ++traffic_.folded;
  index_.erase(hash(record.key), victim);
  release_detail(record);
  if (!shown_.empty()) forget_shown(record);
  record = FlowRecord{};
  records_.release(victim);
}

/// As fold_one does: the hand that goes round finds the oldest, but for a few places that were vacated meanwhile.
void FlowTable::fold_lone_syn(Time now) {
  std::uint32_t victim = FlowIndex::kNone;
  const std::uint32_t extent = lone_syns_.extent();
  for (std::uint32_t ahead = 0; ahead < extent && (ahead < kFoldSample || victim == FlowIndex::kNone); ++ahead) {
    const std::uint32_t place = (syn_hand_ + ahead) % extent;
    const std::uint32_t number = lone_syns_[place].record;
    const FlowRecord& record = records_[number];
    if (!record.first_packet || !record.is_lone_syn || record.detail != place) continue;  // a free place
    if (victim == FlowIndex::kNone || record.first < records_[victim].first) victim = number;
  }
  if (victim == FlowIndex::kNone) return;
  syn_hand_ = (records_[victim].detail + 1) % extent;
  fold(victim, now);
}

}  // namespace whydrop
