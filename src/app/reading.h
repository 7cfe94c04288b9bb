// What commands that read captures do around the pipeline: the sandbox, progress, Ctrl-C, complaints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/app/pipeline.h"
#include "src/app/run.h"
#include "src/app/sandbox/sandbox.h"

namespace whydrop {

/// Whether no input was given, or more than one to follow; then says so.
bool wrong_files(const ReadOptions& options);

/// Inputs that can be read, and nothing else any more.
struct SafeInputs {
  Sandbox sandbox;
  /// A single one is open. Several are opened one after the other: there may be more than a process can have open.
  std::optional<Input> opened;
};
/// Closes the sandbox of `command`, in which `others` can be read, too. Nothing, when something is wrong with that or
/// with the single input; then says so.
std::optional<SafeInputs> secure(Confined command, const ReadOptions& options,
                                 const std::vector<std::string>& others = {});

/// `analyse` with a progress bar on a terminal. Ctrl-C ends the reading; what was read is still judged.
Analysis analyse_with_progress(const ReadOptions& options, SafeInputs inputs);

/// One line for each; trouble when there is any.
ExitStatus complain_about(const std::vector<Error>& errors);

}  // namespace whydrop
