// The needs of each command, and the files that a need implies.
#include "src/app/sandbox/profile.h"

#include <algorithm>

namespace whydrop {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

std::vector<Need> needs_of(Confined command) {
  switch (command) {
#define PROFILE(command, ...) \
  case Confined::command: return {__VA_ARGS__};
#include "src/app/sandbox/profiles.def"
#undef PROFILE
  }
  return {};
}

std::string_view name_of(Confined command) {
  switch (command) {
#define PROFILE(command, ...) \
  case Confined::command: return #command;
#include "src/app/sandbox/profiles.def"
#undef PROFILE
  }
  return "";
}

}  // namespace

bool Profile::needs_it(Need need) const {
  switch (need) {
    case Need::always: return true;
    case Need::reading_files: return !reads.empty() || !asks.empty() || !writes.empty();
    case Need::writing_files: return !writes.empty();
    case Need::outputs: return !outputs.empty();
    case Need::sanitizers: return kSanitized;
    case Need::standard_input:
    case Need::threads:
    case Need::packets:
    case Need::host:
    case Need::terminal:
    case Need::clients: break;
  }
  return std::ranges::find(needs, need) != needs.end();
}

Profile profile_of(Confined command) {
  Profile profile{.command = name_of(command), .needs = needs_of(command)};
  // /proc/self holds the files of this process' network namespace, which /proc/net is a link to.
  if (profile.needs_it(Need::host)) profile.asks = {"/proc/self", "/proc/sys/net", "/proc/sys/kernel/random/boot_id"};
  if (profile.needs_it(Need::sanitizers)) profile.asks.emplace_back("/proc/self");
  return profile;
}

}  // namespace whydrop
