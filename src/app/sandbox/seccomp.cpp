// Turns the table of system calls into a filter, with libseccomp.
#include "src/app/sandbox/seccomp.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <span>

namespace whydrop {
namespace {

constexpr unsigned kWriting = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);

struct Condition {
  unsigned argument = 0;
  scmp_compare compare{};
  std::uint64_t value = 0;
  std::uint64_t masked = 0;
  bool process = false;  ///< the value is this process' number
};

constexpr Condition is(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value}; }
constexpr Condition is_not(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_NE, value}; }
constexpr Condition at_least(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_GE, value}; }
constexpr Condition with(unsigned argument, std::uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, bits}; }
constexpr Condition without(unsigned argument, std::uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, 0}; }
constexpr Condition is_own_process(unsigned argument) {
  return {.argument = argument, .compare = SCMP_CMP_EQ, .process = true};
}

struct Rule {
  Need need{};
  int call = 0;
  std::array<Condition, 2> conditions{};

  /// They stand at the front.
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(conditions, [](const Condition& one) { return one.compare != 0; }));
  }
};

constexpr auto kRules = std::to_array<Rule>({
#define ALLOW(need, call, ...) {Need::need, SCMP_SYS(call), {__VA_ARGS__}},
#include "src/app/sandbox/system_calls.def"
#undef ALLOW
});

constexpr std::array kDeadly = {SCMP_SYS(ptrace),       SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
                                SCMP_SYS(bpf),          SCMP_SYS(perf_event_open),  SCMP_SYS(userfaultfd),
                                SCMP_SYS(kexec_load),   SCMP_SYS(kexec_file_load),  SCMP_SYS(init_module),
                                SCMP_SYS(finit_module), SCMP_SYS(delete_module),    SCMP_SYS(mount),
                                SCMP_SYS(umount2),      SCMP_SYS(pivot_root),       SCMP_SYS(setns),
                                SCMP_SYS(unshare),      SCMP_SYS(reboot),           SCMP_SYS(keyctl),
                                SCMP_SYS(add_key),      SCMP_SYS(request_key)};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

/// A filter that is being made, and how much is in it.
class Filter {
 public:
  Filter() : filter_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {}

  explicit operator bool() const { return filter_ != nullptr; }

  void add(std::uint32_t action, int call, std::span<const scmp_arg_cmp> conditions = {}) {
    // What this machine or this kernel does not have needs no rule.
    const int failed = seccomp_rule_add_array(filter_.get(), action, call, static_cast<unsigned>(conditions.size()),
                                              conditions.data());
    if (failed == 0) ++rules_;
  }

  /// How many rules are in force.
  unsigned load() { return seccomp_load(filter_.get()) == 0 ? rules_ : 0; }

 private:
  std::unique_ptr<void, Release> filter_;
  unsigned rules_ = 0;
};

void add(Filter& filter, const Rule& rule) {
  std::array<scmp_arg_cmp, 2> conditions{};
  const std::size_t count = rule.count();
  for (std::size_t at = 0; at < count; ++at) {
    const Condition& one = rule.conditions.at(at);
    const std::uint64_t value = one.process ? static_cast<std::uint64_t>(::getpid()) : one.value;
    conditions.at(at) = {.arg = one.argument, .op = one.compare, .datum_a = value, .datum_b = one.masked};
  }
  filter.add(SCMP_ACT_ALLOW, rule.call, std::span(conditions).first(count));
}

void add_output(Filter& filter, int output) {
  const std::array condition = {
      scmp_arg_cmp{.arg = 0, .op = SCMP_CMP_EQ, .datum_a = static_cast<std::uint64_t>(output), .datum_b = 0}};
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(write), condition);
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(writev), condition);
}

/// valgrind does not, and would not survive a filter.
bool kernel_has_filters() {
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 || errno != ENOSYS;
}

}  // namespace

unsigned filter_system_calls(const Profile& profile) {
  if (!kernel_has_filters()) return 0;
  Filter filter;
  if (!filter) return 0;
  for (const Rule& rule : kRules) {
    if (profile.needs_it(rule.need)) add(filter, rule);
  }
  add_output(filter, STDOUT_FILENO);
  add_output(filter, STDERR_FILENO);
  for (const int output : profile.outputs) add_output(filter, output);
  filter.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  if (!profile.needs_it(Need::sanitizers)) {
    for (const int call : kDeadly) filter.add(SCMP_ACT_KILL_PROCESS, call);
  }
  return filter.load();
}

}  // namespace whydrop
