// The commands, and the functions that run them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/app/run.h"

namespace whydrop {

using Arguments = std::vector<std::string>;

struct Command {
  std::string_view name;
  std::string_view takes;  ///< "FILE..."
  std::string_view summary;
  ExitStatus (*run)(const Arguments& arguments);  ///< without the command's own name
};
std::span<const Command> all_commands();

#define COMMAND(name, takes, summary) ExitStatus run_##name(const Arguments& arguments);
#include "src/app/commands.def"
#undef COMMAND

}  // namespace whydrop
