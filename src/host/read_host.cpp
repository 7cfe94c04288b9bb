// Takes the parts of a snapshot, one after the other.
#include "src/host/read_host.h"

#include <sys/stat.h>
#include <sys/utsname.h>

#include <chrono>
#include <ctime>

#include "src/core/wall_clock.h"
#include "src/host/readers.h"

namespace whydrop {
namespace {

struct Part {
  HostPart id;
  std::string (*read)(HostSnapshot& host);
};
constexpr Part kParts[] = {
#define PART(enumerator, title) {HostPart::enumerator, read_##enumerator},
#include "src/host/parts.def"
#undef PART
};

Time boot_time(Time now) {
  timespec since{};
  if (::clock_gettime(CLOCK_BOOTTIME, &since) != 0) return Time{};
  return now - std::chrono::seconds{since.tv_sec} - std::chrono::nanoseconds{since.tv_nsec};
}

void name_host(HostSnapshot& host) {
  utsname names{};
  if (::uname(&names) == 0) {
    host.hostname = static_cast<const char*>(names.nodename);
    host.kernel = static_cast<const char*>(names.release);
  }
  host.boot = file_text("/proc/sys/kernel/random/boot_id").value_or("");
  while (host.boot.ends_with('\n')) host.boot.pop_back();
  struct stat status{};
  if (::stat("/proc/thread-self/ns/net", &status) == 0) host.network_namespace = status.st_ino;
}

}  // namespace

HostSnapshot read_host() {
  HostSnapshot host;
  name_host(host);
  for (const Part& part : kParts) {
    std::string why = part.read(host);
    if (!why.empty()) host.gaps.push_back({.part = part.id, .why = std::move(why)});
  }
  // The end of the reading: what happened until then may be in it.
  host.taken = wall_clock();
  host.booted = boot_time(host.taken);
  return host;
}

}  // namespace whydrop
