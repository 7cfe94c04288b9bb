// All that a watch holds open to the outside world. It is opened before the watch begins; nothing is opened afterwards.
#pragma once

#include <optional>

#include "src/app/live/evidence_files.h"
#include "src/app/live/kernel_drops.h"
#include "src/app/live/metrics_server.h"
#include "src/capture/live.h"

namespace whydrop {

struct WatchHandles {
  LiveCapture capture;
  KernelDrops drops;
  std::optional<EvidenceFiles> evidence{};
  std::optional<MetricsServer> metrics{};
};

}  // namespace whydrop
