// From the kernel's tracer to the findings.
#include "src/app/live/kernel_drops.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "dissectors/registry.h"
#include "src/core/wall_clock.h"

namespace whydrop {
namespace {

Error no_more_than(std::string what, std::string way_out) {
  return {.path = "skb:kfree_skb", .what = std::move(what), .where = "", .way_out = std::move(way_out)};
}

}  // namespace

KernelDrops KernelDrops::open() {
  KernelDrops drops;
  auto tracer = DropTracer::open();
  if (tracer) {
    drops.known_ = std::make_unique<LocalDrops>(dissectors(), tracer->since());
    drops.tracer_ = std::move(*tracer);
    return drops;
  }
  auto counts = DropTraceFile::open();
  if (!counts) {
    drops.limit_ = no_more_than(fmt::format("kernel drop reasons are not read: {}; {}", tracer.error(), counts.error()),
                                "the rest goes on without them");
    return drops;
  }
  drops.limit_ = no_more_than(
      "kernel drop reasons are counted for the whole host, not told for each connection: " + tracer.error(),
      "-v and --json have the counts");
  // Of no flow is it ever known that nothing was dropped.
  drops.known_ = std::make_unique<LocalDrops>(dissectors(), Time::max());
  drops.counts_ = std::move(*counts);
  return drops;
}

void KernelDrops::read() {
  const auto take = [&](const KernelDrop& drop) { known_->add(drop); };
  if (tracer_) tracer_->poll(take);
  if (counts_) counts_->poll(take);
}

void KernelDrops::explain(Assessment& assessment) {
  if (!known_) return;
  const std::uint64_t now_lost = lost();
  known_->lose(now_lost - std::exchange(told_lost_, now_lost), wall_clock());
  for (Finding& finding : assessment.findings) known_->explain(finding);
  assessment.capture.drops = known_->totals();
  assessment.capture.drops->whole_host = counts_.has_value();
}

}  // namespace whydrop
