// From the table's end to the judgement.
#include "src/app/judging.h"

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
  capture.copies = traffic.copies;
  capture.icmp_packets = traffic.icmp_packets;
  capture.backward_steps = traffic.backward_steps;
}

}  // namespace

Judging::Judging(const ReadOptions& options)
    : assessor_(Patience{.scale = options.patience}),
      table_(std::make_unique<FlowTable>(
          dissectors(), memory_bound(options),
          [this](const FlowRecord& record, const FlowDetail* detail) { assessor_.fold(record, detail, now_); },
          options.details)) {}

Analysis Judging::finish(CaptureSummary capture, std::vector<Error> errors) && {
  table_->finish();
  add_traffic_facts(capture, table_->traffic());
  Analysis analysis;
  analysis.assessment = std::move(assessor_).assess(*table_, std::move(capture));
  analysis.table = std::move(table_);
  analysis.errors = std::move(errors);
  return analysis;
}

}  // namespace whydrop
