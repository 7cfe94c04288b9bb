// What commands that read captures do around the pipeline.
#include "src/app/reading.h"

#include "src/app/console.h"
#include "src/app/progress.h"
#include "src/app/signals.h"

namespace whydrop {

bool wrong_files(const ReadOptions& options) {
  if (options.files.empty()) {
    complain({"no capture file given", "there is nothing to read", "", "name one, or - for standard input"});
    return true;
  }
  const bool too_many = options.follow && options.files.size() > 1;
  if (too_many) complain({"--follow", "waits at the end of one file, not of several", "", "name the one that grows"});
  return too_many;
}

Analysis analyse_with_progress(const ReadOptions& options) {
  const InterruptGuard guard;
  Progress progress(error_is_terminal());
  return analyse(options, [&](std::uint64_t done, std::uint64_t total) {
    progress.show(done, total);
    return !InterruptGuard::interrupted();
  });
}

ExitStatus complain_about(const std::vector<Error>& errors) {
  for (const Error& error : errors) complain(error);
  return errors.empty() ? ExitStatus::done : ExitStatus::trouble;
}

}  // namespace whydrop
