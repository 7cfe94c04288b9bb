// What commands that read captures do around the pipeline.
#include "src/app/reading.h"

#include <algorithm>
#include <iterator>
#include <utility>

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

std::optional<SafeInputs> secure(Confined command, const ReadOptions& options, const std::vector<std::string>& others) {
  Profile profile = profile_of(command);
  profile.reads = others;
  if (options.threads != 1) profile.needs.push_back(Need::threads);
  std::optional<Input> opened;
  if (options.files.size() == 1) {
    auto input = Input::open(options.files.front());
    if (!input) {
      complain(input.error());
      return std::nullopt;
    }
    opened = std::move(*input);
    if (options.follow) profile.looks_at = options.files;
  } else {
    std::ranges::copy_if(options.files, std::back_inserter(profile.reads),
                         [](const auto& file) { return file != "-"; });
  }
  auto sandbox = enter_sandbox(profile);
  if (!sandbox) return std::nullopt;
  return SafeInputs{.sandbox = std::move(*sandbox), .opened = std::move(opened)};
}

Analysis analyse_with_progress(const ReadOptions& options, SafeInputs inputs) {
  const InterruptGuard guard;
  Progress progress(error_is_terminal());
  const auto go_on = [&](std::uint64_t done, std::uint64_t total) {
    progress.show(done, total);
    return !InterruptGuard::interrupted();
  };
  return analyse(options, go_on, std::move(inputs.opened));
}

ExitStatus complain_about(const std::vector<Error>& errors) {
  for (const Error& error : errors) complain(error);
  return errors.empty() ? ExitStatus::done : ExitStatus::trouble;
}

}  // namespace whydrop
