// Finds the command: by its name, or `read` when the first argument is a file or an option.
#include "src/app/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>

#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/sandbox/self_check.h"
#include "src/app/signals.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

constexpr std::array kCommands = {
#define COMMAND(name, takes, summary) Command{#name, takes, summary, run_##name},
#include "src/app/commands.def"
#undef COMMAND
};

std::string usage() {
  std::string text = "usage: whydrop [COMMAND] [OPTION...] ARGUMENT...\n\n";
  for (const Command& command : kCommands) {
    text += fmt::format("  whydrop {:<22} {}\n", fmt::format("{} {}", command.name, command.takes), command.summary);
  }
  text +=
      "\nwhydrop capture.pcap is short for whydrop read capture.pcap; whydrop COMMAND --help lists options.\n"
      "whydrop --version -v tries out what each command gives up before it looks at a packet.\n";
  return text;
}

std::string version(bool verbose) {
  std::string text = "whydrop " WHYDROP_VERSION "\n";
  if (verbose) text += '\n' + sandbox_self_check();
  return text;
}

const Command* find_command(std::string_view name) {
  const auto* const found = std::ranges::find(kCommands, name, &Command::name);
  return found == kCommands.end() ? nullptr : found;
}

/// A word that is neither a command, nor an option, nor a file: what it was meant to be.
std::optional<Error> misspelt_command(const std::string& word) {
  std::error_code ignored;
  if (word.starts_with('-') || std::filesystem::exists(word, ignored)) return std::nullopt;
  std::vector<std::string_view> names;
  names.reserve(kCommands.size());
  for (const Command& command : kCommands) names.push_back(command.name);
  const std::string near = nearest(word, names);
  if (near.empty()) return std::nullopt;
  return Error{word, "neither a command nor a file", "", fmt::format("did you mean 'whydrop {}'?", near)};
}

ExitStatus dispatch(const Arguments& arguments) {
  if (arguments.empty()) {
    write_error_text(usage());
    return ExitStatus::trouble;
  }
  const std::string& first = arguments.front();
  if (first == "-h" || first == "--help") return print(usage());
  if (first == "--version") return print(version(arguments.size() > 1 && arguments[1] == "-v"));
  if (const Command* command = find_command(first)) return command->run({arguments.begin() + 1, arguments.end()});
  if (const auto misspelt = misspelt_command(first)) {
    complain(*misspelt);
    return ExitStatus::trouble;
  }
  return run_read(arguments);
}

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

std::string_view version() { return WHYDROP_VERSION; }

ExitStatus run(const std::vector<std::string>& arguments) {
  open_standard_streams();
  ignore_broken_pipes();
  try {
    return dispatch(arguments);
  } catch (const std::bad_alloc&) {
    write_error_text("whydrop: out of memory; lower --memory, or read fewer files at once\n");
    return ExitStatus::trouble;
  }
}

}  // namespace whydrop
