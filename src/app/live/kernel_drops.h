// What this host's kernel drops while packets are watched, bound to what fails.
#pragma once

#include <memory>
#include <optional>

#include "src/core/error.h"
#include "src/drops/trace_file.h"
#include "src/drops/tracer.h"
#include "src/verdict/assess.h"
#include "src/verdict/local_drops.h"

namespace whydrop {

class KernelDrops {
 public:
  /// Opens all that is ever needed. Where the kernel lets nobody ask which packets it drops, reasons are counted; where
  /// not even that, nothing is known of drops.
  static KernelDrops open();
  /// Which of these, and why; nothing where all is told.
  const std::optional<Error>& limit() const { return limit_; }

  /// Takes what was dropped since the last call. Never waits.
  void read();
  /// Tells the findings, and the capture as a whole, what is known so far.
  void explain(Assessment& assessment);

 private:
  std::uint64_t lost() const { return tracer_ ? tracer_->lost() : counts_->lost(); }

  std::optional<DropTracer> tracer_;
  std::optional<DropTraceFile> counts_;  ///< instead of it
  std::unique_ptr<LocalDrops> known_;    ///< null: there is neither
  std::optional<Error> limit_;
  std::uint64_t told_lost_ = 0;
};

}  // namespace whydrop
