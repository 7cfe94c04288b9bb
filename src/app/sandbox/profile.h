// What a command still needs once its handles are open: as a value, from which its sandbox is made.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whydrop {

enum class Need : std::uint8_t {
  always,
  reading_files,   ///< opens files later; where some are named in `reads`
  writing_files,   ///< creates files later; where folders are named in `writes`
  outputs,         ///< where some are named in `outputs`
  standard_input,  ///< may open it beside other inputs
  threads,         ///< starts threads
  packets,         ///< reads from capture handles
  host,            ///< asks the kernel about its network (src/host)
  terminal,        ///< draws on one, and gives it back as it was
  clients,         ///< takes connections at a socket that listens already
  sanitizers,      ///< what the sanitizers do behind the program's back, where it is built with them
};

struct Profile {
  std::string_view command;
  std::vector<Need> needs;              ///< beside `always`, and what the lists below imply
  std::vector<std::string> reads{};     ///< files, and folders with all that is below them, that are opened later
  std::vector<std::string> looks_at{};  ///< files of which no more is asked than whether they are still the same
  std::vector<std::string> asks{};      ///< the same in /proc: what the kernel tells everybody
  std::vector<std::string> writes{};    ///< folders below which files are written, and made, later
  std::vector<int> outputs{};           ///< open files that are written to, beside standard output and standard error
  bool stays_owner = false;             ///< files that it makes are to belong to who started it, even to root

  bool needs_it(Need need) const;
};

enum class Confined : std::uint8_t {
#define PROFILE(command, ...) command,
#include "src/app/sandbox/profiles.def"
#undef PROFILE
};
inline constexpr std::array kConfined = {
#define PROFILE(command, ...) Confined::command,
#include "src/app/sandbox/profiles.def"
#undef PROFILE
};

/// Connections to clients have this number or a higher one: handles below it cannot be sent through.
inline constexpr int kFirstConnection = 512;

/// Without the files that its arguments name.
Profile profile_of(Confined command);

}  // namespace whydrop
