// The child tries, the parent asks the kernel: what is confined cannot look at itself.
#include "src/app/sandbox/probe.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <type_traits>

#include "src/app/sandbox/sandbox.h"

namespace whydrop {
namespace {

/// What the child says; by a pipe.
struct Told {
  int landlock = 0;
  unsigned seccomp_rules = 0;
  std::array<int, kEscapes> refusals{};
};
static_assert(std::is_trivially_copyable_v<Told>);

struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

Pipe make_pipe() {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  return {.reading = Descriptor(ends[0]), .writing = Descriptor(ends[1])};
}

int refusal(int result) { return result < 0 ? errno : 0; }

/// Does not return where it succeeds: the pipe is then closed in silence.
int try_to_execute() {
  std::string name = "whydrop";
  std::array<char*, 2> words = {name.data(), nullptr};
  return refusal(::execv("/proc/self/exe", words.data()));
}

/// `told` has what is known before the last try.
void try_to_escape(const Descriptor& pipe, Told told) {
  told.refusals = {refusal(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)),
                   refusal(::open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)),
                   refusal(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), 0};
  static_cast<void>(::write(pipe.fd(), &told, sizeof(told)) == sizeof(told));
  const int refused = try_to_execute();
  static_cast<void>(::write(pipe.fd(), &refused, sizeof(refused)) == sizeof(refused));
}

[[noreturn]] void run_child(Profile profile, const Pipe& told, const Pipe& go_on) {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (nothing.fd() >= 0) ::dup2(nothing.fd(), stream);  // what it might start says nothing
  }
  profile.outputs.push_back(told.writing.fd());
  const auto sandbox = confine(profile);
  if (!sandbox) ::_exit(1);
  try_to_escape(told.writing, {.landlock = sandbox->landlock, .seccomp_rules = sandbox->seccomp_rules});
  char end = 0;
  static_cast<void>(::read(go_on.reading.fd(), &end, 1) == 0);  // stays to be looked at
  ::_exit(0);
}

template <typename T>
bool hear(const Pipe& pipe, T& value) {
  return ::read(pipe.reading.fd(), &value, sizeof(value)) == static_cast<ssize_t>(sizeof(value));
}

std::string status_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

ProbeResult probe(const Profile& profile) {
  Pipe told = make_pipe();
  Pipe go_on = make_pipe();
  const pid_t child = ::fork();
  if (child == 0) {
    go_on.writing = Descriptor();
    run_child(profile, told, go_on);
  }
  told.writing = Descriptor();
  ProbeResult result;
  Told heard;
  if (child > 0 && hear(told, heard)) {
    result = {.is_closed = true, .landlock = heard.landlock, .seccomp_rules = heard.seccomp_rules};
    result.refusals = heard.refusals;
    int& last = result.refusals.back();
    if (!hear(told, last)) last = 0;
    result.status = status_of(child);
  }
  go_on.writing = Descriptor();
  if (child > 0) ::waitpid(child, nullptr, 0);
  return result;
}

std::string status_value(const std::string& status, const std::string& name) {
  const std::string begin = "\n" + name + ":";
  const std::size_t at = status.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t from = status.find_first_not_of(" \t", at + begin.size());
  return status.substr(from, status.find_first_of("\t\n", from) - from);
}

}  // namespace whydrop
