// Landlock by its system calls: the C library has no functions for them, and the kernel headers of Debian 12 know but
// the first two versions of the interface.
#include "src/app/sandbox/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace whydrop {
namespace {

/// What a ruleset takes charge of (struct landlock_ruleset_attr of ABI 6).
struct Charge {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};

constexpr std::uint64_t kTruncate = std::uint64_t{1} << 14U;       // LANDLOCK_ACCESS_FS_TRUNCATE
constexpr std::uint64_t kDeviceControl = std::uint64_t{1} << 15U;  // LANDLOCK_ACCESS_FS_IOCTL_DEV
constexpr std::uint64_t kBindAndConnect = 0b11;                    // LANDLOCK_ACCESS_NET_*_TCP
constexpr std::uint64_t kAbstractSocketsAndSignals = 0b11;         // LANDLOCK_SCOPE_*

constexpr std::uint64_t kReadFolder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriteBelow =
    kReadFolder | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | kTruncate;

/// All that this version knows: what no rule allows is then refused.
Charge everything(int abi) {
  Charge all{.files = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1};
  if (abi >= 2) all.files |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) all.files |= kTruncate;
  if (abi >= 4) all.network = kBindAndConnect;
  if (abi >= 5) all.files |= kDeviceControl;
  if (abi >= 6) all.scopes = kAbstractSocketsAndSignals;
  return all;
}

std::size_t size_of_charge(int abi) {
  if (abi >= 6) return sizeof(Charge);
  return abi >= 4 ? offsetof(Charge, scopes) : offsetof(Charge, network);
}

int version_of_kernel() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return static_cast<int>(std::max(abi, 0L));
}

int ruleset_for(int abi) {
  if (abi == 0) return -1;
  const Charge charge = everything(abi);
  return static_cast<int>(::syscall(SYS_landlock_create_ruleset, &charge, size_of_charge(abi), 0));
}

/// What cannot be reached now (it does not exist, say) gets no rule; opening it later says why.
Descriptor allow(int rules, std::uint64_t access, const std::string& path) {
  Descriptor file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status{};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return file;
  if (!S_ISDIR(status.st_mode)) access &= ~std::uint64_t{LANDLOCK_ACCESS_FS_READ_DIR};
  const landlock_path_beneath_attr rule{.allowed_access = access, .parent_fd = file.fd()};
  ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  return file;
}

}  // namespace

LandlockRules::LandlockRules(const Profile& profile) : abi_(version_of_kernel()), rules_(ruleset_for(abi_)) {
  if (rules_.fd() < 0) return;
  const std::uint64_t known = everything(abi_).files;
  for (const std::string& path : profile.reads) allow(rules_.fd(), kReadFolder & known, path);
  for (const std::string& path : profile.asks) kept_.push_back(allow(rules_.fd(), kReadFolder & known, path));
  for (const std::string& path : profile.writes) allow(rules_.fd(), kWriteBelow & known, path);
}

int LandlockRules::enforce() const {
  if (rules_.fd() < 0) return 0;
  return ::syscall(SYS_landlock_restrict_self, rules_.fd(), 0) == 0 ? abi_ : 0;
}

}  // namespace whydrop
