// The flow table, and who judges what it holds and what leaves it: the same for packets and for flow records.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "src/app/pipeline.h"

namespace whydrop {

class Judging {
 public:
  explicit Judging(const ReadOptions& options);
  Judging(const Judging&) = delete;
  Judging& operator=(const Judging&) = delete;
  ~Judging() = default;

  FlowTable& table() { return *table_; }
  const FlowTable& table() const { return *table_; }
  /// Before the first packet: the table gets the first share. Tables of the others.
  std::vector<std::unique_ptr<FlowTable>> divide(const Shares& shares);
  /// The table has no share any more, and holds what all tables did.
  void unite(std::vector<std::unique_ptr<FlowTable>> others);
  /// How far records that are restored have come: those that leave the table early are judged as of then, or of the
  /// packet that made them leave.
  Time now() const { return now_; }
  void reach(Time now) { now_ = now; }

  /// The judgement as things stand: what comes later is judged as if nobody had asked. `until`: silence is known to
  /// have lasted until then, although no packet says so. Pointers in the result are good until the table takes a
  /// packet.
  Assessment so_far(CaptureSummary capture, Time until, const std::function<void()>& breathe = {});

  /// Gives back what a judgement holds, so that the next one need not find memory for it.
  void recycle(Assessment judgement) { spare_.recycle(std::move(judgement.census)); }

  /// `capture` without what the table counted.
  Analysis finish(CaptureSummary capture, std::vector<Error> errors, Time until = {}) &&;

 private:
  Assessment assess_until(Time until, Assessor assessor, CaptureSummary capture,
                          const std::function<void()>& breathe = {});

  std::unique_ptr<FlowTable> table_of(const Share& share);

  std::uint64_t memory_bound_;
  unsigned threads_;
  FlowTable::Details details_;
  Time now_{};
  Assessor assessor_;
  Assessor spare_{Patience{}};  ///< the memory of the last judgement
  std::unique_ptr<FlowTable> table_;
};

/// Adds to `list` what it does not hold yet.
template <typename T>
void add_new(std::vector<T>& list, const T& value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

}  // namespace whydrop
