// One try at getting out of a sandbox, in a process of its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "src/app/sandbox/profile.h"

namespace whydrop {

/// What a program that has been taken over would try first.
enum class Escape : std::uint8_t { open, create, connect, execute };
inline constexpr std::size_t kEscapes = 4;

struct ProbeResult {
  bool is_closed = false;  ///< the sandbox is; else root could not be given up, or there is no process to try it in
  int landlock = 0;
  unsigned seccomp_rules = 0;
  std::string status{};                  ///< /proc/PID/status of the confined process
  std::array<int, kEscapes> refusals{};  ///< errno of each; 0: it succeeded
};

ProbeResult probe(const Profile& profile);

/// The value of a line of /proc/PID/status, as "Seccomp".
std::string status_value(const std::string& status, const std::string& name);

}  // namespace whydrop
