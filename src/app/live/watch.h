// The watch over interfaces: the same corridor as for files, with a look at how things stand once a second.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "src/app/judging.h"
#include "src/app/live/changes.h"
#include "src/app/live/handles.h"
#include "src/app/live/recorder.h"
#include "src/app/live/voice.h"
#include "src/capture/live.h"
#include "src/host/read_host.h"
#include "src/report/metrics.h"

namespace whydrop {

struct WatchOptions {
  ReadOptions reading{};
  DiagnoseOptions causes{};
  double duration = 0;        ///< seconds; 0: no end
  double every = 0;           ///< seconds between reports; 0: none but the last
  std::uint64_t packets = 0;  ///< so many end it; 0: no end
  bool until_finding = false;
  std::uint64_t ring = 0;  ///< bytes for packets that evidence may need; beside `reading.memory`
};

class Watch {
 public:
  Watch(WatchHandles handles, const WatchOptions& options, const Catalog& catalog, Voice& voice);

  /// Once: until the options, a signal, a closed output or the last interface's disappearance ends it. What is to be
  /// reported of it all, and the errors.
  Analysis run();
  /// With what this host knows itself, and counted since the watch began.
  Report explained(const Assessment& assessment, const FlowTable& table);

 private:
  /// What this host says now.
  HostKnowledge knowledge() const;
  /// `host` must outlive them.
  DiagnoseOptions causes_with(const HostKnowledge& host);

  using Clock = std::chrono::steady_clock;

  bool is_over() const;
  void read(std::chrono::milliseconds at_most);
  void track(std::span<const Frame> frames);
  void drain();
  void look();
  Assessment so_far();
  void judge();
  void tell(const std::vector<FindingChange>& changes, const Assessment& assessment, const DiagnoseOptions& causes);
  void report();
  void save_evidence();
  void serve_metrics();
  WatchMetrics metrics() const;
  CaptureSummary summary() const;
  LiveCounts counts();
  std::vector<Error> errors() const;
  Analysis finish();

  static constexpr std::size_t kBatch = 512;

  LiveCapture capture_;
  KernelDrops drops_;
  const WatchOptions& options_;
  const Catalog& catalog_;
  Voice& voice_;
  Judging judging_;
  Changes changes_;
  std::optional<Recorder> recorder_;             ///< with -w
  std::optional<MetricsServer> metrics_server_;  ///< with --metrics
  Report::FlowCounts flows_;                     ///< as of the last judgement
  std::uint64_t judgements_ = 0;
  Clock::duration judging_time_{};
  Time start_;  ///< of the watch
  std::string metrics_text_;
  Clock::time_point next_metrics_ = Clock::now();
  std::optional<Error> evidence_ended_;  ///< and it was told
  HostSnapshot before_ = read_host();    ///< as the watch began
  std::array<Frame, kBatch> batch_{};
  std::array<PacketView, 64> views_;
  Clock::time_point end_ = Clock::time_point::max();
  Clock::time_point next_look_ = Clock::now();
  Clock::time_point next_judging_ = Clock::now();
  Clock::time_point next_report_ = Clock::time_point::max();
  bool found_ = false;  ///< something that is no mere information
};

}  // namespace whydrop
