// Users by their numbers, which costs no look into files of users; capabilities with libcap-ng.
#include "src/app/sandbox/privileges.h"

#include <cap-ng.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace whydrop {
namespace {

constexpr unsigned kNobody = 65534;  // and nogroup: the kernel's own choice for who has no number

struct User {
  uid_t user = kNobody;
  gid_t group = kNobody;
};

/// 0 when there is none. Not believed when this program itself was given rights that its caller lacks.
unsigned number_in_environment(const char* name) {
  const char* const text = ::secure_getenv(name);
  if (text == nullptr) return 0;
  const std::string_view word = text;
  unsigned number = 0;
  const char* const word_end = std::to_address(word.cend());
  const auto [end, failed] = std::from_chars(std::to_address(word.cbegin()), word_end, number);
  return failed == std::errc() && end == word_end ? number : 0;
}

User caller_of_sudo() {
  const unsigned user = number_in_environment("SUDO_UID");
  const unsigned group = number_in_environment("SUDO_GID");
  if (user == 0) return {};
  return {.user = user, .group = group == 0 ? kNobody : group};
}

/// errno of what failed, or 0.
int become(const User& user) {
  if (::setresgid(user.group, user.group, user.group) != 0) return errno;
  if (::setgroups(0, nullptr) != 0) return errno;
  return ::setresuid(user.user, user.user, user.user) == 0 ? 0 : errno;
}

std::expected<void, Error> give_up_root() {
  int failed = become(caller_of_sudo());
  if (failed == EINVAL) failed = become({});
  // A user namespace that knows no other user: its root is somebody else outside.
  if (failed == 0 || failed == EINVAL) return {};
  return std::unexpected(Error{"root", "cannot be given up (" + std::system_category().message(failed) + ")", "",
                               "start whydrop as another user, or let it keep CAP_SETUID and CAP_SETGID"});
}

/// It is in a folder that is closed to us.
bool is_hidden(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) != 0 && errno == EACCES;
}

/// What lies below a folder is not looked at: it may need more rights than the folder.
bool may_be_out_of_reach(const std::string& path) {
  struct stat status{};
  const bool is_folder = ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  return is_folder || (::access(path.c_str(), R_OK) != 0 && errno == EACCES);
}

std::optional<unsigned> kept_capability(const Profile& profile) {
  if (profile.stays_owner) return CAP_DAC_OVERRIDE;
  const bool is_needed =
      std::ranges::any_of(profile.reads, may_be_out_of_reach) || std::ranges::any_of(profile.looks_at, is_hidden);
  return is_needed ? std::optional<unsigned>(CAP_DAC_READ_SEARCH) : std::nullopt;
}

void keep_capabilities(std::optional<unsigned> only) {
  capng_clear(CAPNG_SELECT_ALL);
  if (only) {
    capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, *only);
    capng_update(CAPNG_ADD, CAPNG_PERMITTED, *only);
  }
  capng_apply(CAPNG_SELECT_CAPS);
  capng_apply(CAPNG_SELECT_AMBIENT);
}

}  // namespace

std::expected<void, Error> give_up_privileges(const Profile& profile) {
  const bool is_root = ::geteuid() == 0;
  capng_clear(CAPNG_SELECT_BOUNDS);
  capng_apply(CAPNG_SELECT_BOUNDS);
  if (is_root && !profile.stays_owner) {
    ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (auto done = give_up_root(); !done) return done;
  }
  keep_capabilities(is_root ? kept_capability(profile) : std::nullopt);
  return {};
}

}  // namespace whydrop
