// Standard output and standard error by their file descriptors: no stdio buffers that could fail unseen.
#include "src/app/console.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "src/report/layout.h"

namespace whydrop {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;

/// errno, or 0.
int write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

bool Output::flush() {
  if (failure_ == 0) failure_ = write_whole(STDOUT_FILENO, buffer_);
  buffer_.clear();
  return failure_ == 0;
}

bool Output::write(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < kPiece || flush();
}

ExitStatus Output::finish() {
  if (flush() || failure_ == EPIPE) return ExitStatus::done;
  complain({"standard output", std::generic_category().message(failure_), "", ""});
  return ExitStatus::trouble;
}

ExitStatus print(std::string_view text) {
  Output output;
  output.write(text);
  return output.finish();
}

int replace_text(int file, std::string_view text) {
  struct stat status{};
  const bool is_file = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);  // a pipe has nothing to be emptied of
  return is_file && ::ftruncate(file, 0) != 0 ? errno : write_whole(file, text);
}

void write_error_text(std::string_view text) { write_whole(STDERR_FILENO, text); }

void complain(const Error& error) { write_error_text("whydrop: " + printable(error.message()) + '\n'); }

bool colour_wanted(std::string_view choice) {
  if (choice != "auto") return choice == "always";
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody writes to the environment
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  // NOLINTEND(concurrency-mt-unsafe)
  if (no_color != nullptr && *no_color != '\0') return false;
  if (terminal == nullptr || std::string_view(terminal) == "dumb") return false;
  return ::isatty(STDOUT_FILENO) == 1;
}

bool output_is_closed() {
  pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

bool error_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

void open_standard_streams() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
      // The lowest free number is the one that is missing.
      if (::open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY) != descriptor) std::abort();
    }
  }
}

}  // namespace whydrop
