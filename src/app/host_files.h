// What `whydrop snapshot` printed, read back for a command that judges captures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/app/run.h"
#include "src/host/knowledge.h"

namespace whydrop {

struct HostFiles {
  std::optional<HostKnowledge> knowledge;  ///< none: no file, or none that can be used
  ExitStatus status = ExitStatus::done;
};

/// One snapshot, or two of one host in any order. What is wrong with them has been complained about; captures can be
/// judged all the same.
HostFiles read_host_files(const std::vector<std::string>& paths);

}  // namespace whydrop
