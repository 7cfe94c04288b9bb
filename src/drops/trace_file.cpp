// An instance of the kernel's tracing with one event on, and who takes it away.
#include "src/drops/trace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <system_error>
#include <utility>

#include "src/core/wall_clock.h"

namespace whydrop {
namespace {

constexpr const char* kTracing = "/sys/kernel/tracing";
constexpr const char* kEvent = "/events/skb/kfree_skb";

/// What stands behind `name`, up to `end`.
std::string_view value_of(std::string_view line, std::string_view name, std::string_view end) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return "";
  line.remove_prefix(at + name.size());
  return line.substr(0, line.find_first_of(end));
}

bool write_to(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  return written;
}

void remove_instance(const std::string& instance) {
  write_to(instance + kEvent + "/enable", "0");
  constexpr int kTries = 50;  // the kernel lets go of the file that we read soon after the end, but not at once
  const timespec pause{.tv_sec = 0, .tv_nsec = 20'000'000};
  for (int left = kTries; left > 0 && ::rmdir(instance.c_str()) != 0 && errno == EBUSY; --left) {
    ::nanosleep(&pause, nullptr);
  }
}

/// Lives until the other end of `pipe` is closed, which the kernel does for whoever dies, and clears up.
[[noreturn]] void keep_watch(int pipe, const std::string& instance) {
  ::setsid();  // a Ctrl-C is for those who work
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &ignore, nullptr);
  ::close_range(0, static_cast<unsigned>(pipe) - 1, 0);
  ::close_range(static_cast<unsigned>(pipe) + 1, ~0U, 0);
  char byte{};
  while (::read(pipe, &byte, 1) < 0 && errno == EINTR) continue;
  remove_instance(instance);
  ::_exit(0);
}

/// The end of a pipe that somebody watches; nothing where there is no room for a process. He is nobody's child, so that
/// nobody has to wait for him.
std::optional<int> lifeline(const std::string& instance) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return std::nullopt;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(pipe[1]);
    if (::fork() == 0) keep_watch(pipe[0], instance);
    ::_exit(0);
  }
  ::close(pipe[0]);
  if (child > 0) ::waitpid(child, nullptr, 0);
  if (child > 0) return pipe[1];
  ::close(pipe[1]);
  return std::nullopt;
}

std::unexpected<std::string> refused(std::string_view step) {
  return std::unexpected(fmt::format("{}: {}", step, std::system_category().message(errno)));
}

}  // namespace

std::optional<TracedDrop> drop_in_trace(std::string_view line) {
  if (const std::string_view lost = value_of(line, "[LOST ", " "); !lost.empty()) {
    TracedDrop drop;
    std::from_chars(std::to_address(lost.cbegin()), std::to_address(lost.cend()), drop.lost);
    return drop.lost == 0 ? std::nullopt : std::optional(drop);
  }
  if (line.find(" kfree_skb: ") == std::string_view::npos) return std::nullopt;
  TracedDrop drop{.reason = value_of(line, "reason: ", " \n"), .location = value_of(line, "location=", " \n")};
  // Kernels before 6.3 print a number instead, and not the right one.
  const std::size_t offset = drop.location.find('+');
  drop.location = offset == std::string_view::npos ? "" : drop.location.substr(0, offset);
  drop.location = drop.location.substr(0, drop.location.find('.'));
  return drop;
}

std::expected<DropTraceFile, std::string> DropTraceFile::open() {
  if (::access((std::string(kTracing) + kEvent).c_str(), F_OK) != 0) return refused(std::string(kTracing) + kEvent);
  const std::string instance = fmt::format("{}/instances/whydrop-{}", kTracing, ::getpid());
  if (::mkdir(instance.c_str(), 0700) != 0) return refused(instance);
  const auto kept = lifeline(instance);
  if (!kept) {
    remove_instance(instance);
    return std::unexpected("no process can be made that would clear up");
  }
  DropTraceFile file(-1, *kept);
  const std::string event = instance + kEvent;
  write_to(instance + "/buffer_size_kb", "256");
  write_to(event + "/filter", "protocol == 0x0800 || protocol == 0x86dd");
  file.lines_ = ::open((instance + "/trace_pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file.lines_ < 0) return refused("trace_pipe");
  if (!write_to(event + "/enable", "1")) return refused("enabling skb:kfree_skb");
  return file;
}

DropTraceFile::DropTraceFile(DropTraceFile&& other) noexcept
    : lines_(std::exchange(other.lines_, -1)),
      lifeline_(std::exchange(other.lifeline_, -1)),
      rest_(std::move(other.rest_)),
      lost_(other.lost_) {}

DropTraceFile& DropTraceFile::operator=(DropTraceFile&& other) noexcept {
  std::swap(lines_, other.lines_);
  std::swap(lifeline_, other.lifeline_);
  std::swap(rest_, other.rest_);
  std::swap(lost_, other.lost_);
  return *this;
}

DropTraceFile::~DropTraceFile() {
  if (lines_ >= 0) ::close(lines_);
  if (lifeline_ >= 0) ::close(lifeline_);
}

void DropTraceFile::poll(const std::function<void(const KernelDrop&)>& take) {
  std::array<char, 16'384> piece{};
  const Time now = wall_clock();
  for (std::size_t taken = 0; taken < kMost;) {
    const ssize_t got = ::read(lines_, piece.data(), piece.size());
    if (got <= 0) return;
    taken += static_cast<std::size_t>(got);
    rest_.append(piece.data(), static_cast<std::size_t>(got));
    std::string_view lines = rest_;
    for (std::size_t end = 0; (end = lines.find('\n')) != std::string_view::npos; lines.remove_prefix(end + 1)) {
      const auto drop = drop_in_trace(lines.substr(0, end));
      if (!drop) continue;
      lost_ += drop->lost;
      if (drop->lost == 0) take({.time = now, .reason = drop->reason, .location = drop->location});
    }
    rest_.erase(0, rest_.size() - lines.size());
  }
}

}  // namespace whydrop
