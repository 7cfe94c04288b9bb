// The flow table, and who judges what it holds and what leaves it: the same for packets and for flow records.
#pragma once

#include <algorithm>
#include <memory>
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
  /// How far the capture has come: flows that leave the table early are judged as of then.
  Time now() const { return now_; }
  void reach(Time now) { now_ = now; }

  /// `capture` without what the table counted.
  Analysis finish(CaptureSummary capture, std::vector<Error> errors) &&;

 private:
  Time now_{};
  Assessor assessor_;
  std::unique_ptr<FlowTable> table_;
};

/// Adds to `list` what it does not hold yet.
template <typename T>
void add_new(std::vector<T>& list, const T& value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

}  // namespace whydrop
