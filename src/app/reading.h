// What commands that read captures do around the pipeline: progress, Ctrl-C, complaints.
#pragma once

#include <vector>

#include "src/app/pipeline.h"
#include "src/app/run.h"

namespace whydrop {

/// Whether no input was given, or more than one to follow; then says so.
bool wrong_files(const ReadOptions& options);

/// `analyse` with a progress bar on a terminal. Ctrl-C ends the reading; what was read is still judged.
Analysis analyse_with_progress(const ReadOptions& options);

/// One line for each; trouble when there is any.
ExitStatus complain_about(const std::vector<Error>& errors);

}  // namespace whydrop
