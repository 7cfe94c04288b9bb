// From the table's end to the judgement.
#include "src/app/judging.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dissectors/registry.h"

namespace whydrop {
namespace {

void add_traffic_facts(CaptureSummary& capture, const TrafficFacts& traffic) {
  capture.packets = traffic.packets;
  capture.bytes = traffic.bytes;
  if (traffic.packets != 0) {
    capture.first = traffic.first;
    capture.last = traffic.last;
  }
  capture.undissected = traffic.undissected;
  capture.malformed = traffic.malformed;
  capture.cut_packets = traffic.cut_packets;
  capture.cut_quotes = traffic.cut_quotes;
  capture.copies = traffic.copies;
  capture.icmp_packets = traffic.icmp_packets;
  capture.backward_steps = traffic.backward_steps;
}

}  // namespace

Judging::Judging(const ReadOptions& options)
    : memory_bound_(memory_bound(options)),
      threads_(options.threads),
      details_(options.details),
      assessor_(Patience{.scale = options.patience}, options.lean ? Recorded::lean : Recorded::all),
      table_(table_of({})) {
  if (options.lone_syns != 0) table_->bound_lone_syns(options.lone_syns);
}

std::unique_ptr<FlowTable> Judging::table_of(const Share& share) {
  return std::make_unique<FlowTable>(
      dissectors(), memory_bound_,
      [this](const FlowRecord& record, Held held, Time now) { assessor_.fold(record, held, std::max(now_, now)); },
      details_, share);
}

std::vector<std::unique_ptr<FlowTable>> Judging::divide(const Shares& shares) {
  table_ = table_of({.shares = shares});
  std::vector<std::unique_ptr<FlowTable>> others;
  for (std::uint32_t mine = 1; mine < shares.tables(); ++mine)
    others.push_back(table_of({.shares = shares, .mine = mine}));
  return others;
}

void Judging::unite(std::vector<std::unique_ptr<FlowTable>> others) {
  table_->adopt(std::move(others));
  auto whole = table_of({});
  whole->take_over(*table_);
  table_ = std::move(whole);
}

Assessment Judging::assess_until(Time until, Assessor assessor, CaptureSummary capture,
                                 const std::function<void()>& breathe) {
  const TrafficFacts heard = table_->traffic();
  TrafficFacts with_silence = heard;
  with_silence.last = std::max(heard.last, until);
  table_->restore(with_silence);
  Assessment assessment = std::move(assessor).assess(*table_, std::move(capture), breathe, threads_);
  table_->restore(heard);
  return assessment;
}

Assessment Judging::so_far(CaptureSummary capture, Time until, const std::function<void()>& breathe) {
  constexpr Duration kFragmentsCome = std::chrono::seconds(5);  // or never, where nobody holds them back on purpose
  table_->give_up_fragments(std::max(table_->traffic().last, until) - kFragmentsCome);
  add_traffic_facts(capture, table_->traffic());
  spare_.make_room_for(assessor_, breathe);
  spare_ = assessor_;
  return assess_until(until, std::move(spare_), std::move(capture), breathe);
}

Analysis Judging::finish(CaptureSummary capture, std::vector<Error> errors, Time until) && {
  table_->finish();
  add_traffic_facts(capture, table_->traffic());
  Analysis analysis;
  analysis.assessment = assess_until(until, std::move(assessor_), std::move(capture));
  analysis.table = std::move(table_);
  analysis.errors = std::move(errors);
  return analysis;
}

}  // namespace whydrop
