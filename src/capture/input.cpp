// The bytes of one capture, as a window that slides over a file, a pipe or memory.
#include "src/capture/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "src/capture/mapped_file.h"
#include "src/capture/unpacker.h"

namespace whydrop {
namespace {

std::string reason(int code) { return std::system_category().message(code); }

Error cannot_open(const std::string& path, int code) {
  switch (code) {
    case ENOENT: return {path, "no such file", "", "check the name and the working directory"};
    case EACCES:
    case EPERM: return {path, "may not be read (" + reason(code) + ")", "", "run as a user who may, or with sudo"};
    default: return {path, "cannot be opened (" + reason(code) + ")", "", "check the path"};
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::expected<Input, Error> Input::open(const std::string& path) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "standard input" : path;
  Descriptor file(is_stdin ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                           : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.fd() < 0) return std::unexpected(cannot_open(name, errno));
  struct stat status{};
  if (::fstat(file.fd(), &status) != 0) return std::unexpected(cannot_open(name, errno));
  if (S_ISDIR(status.st_mode)) {
    return std::unexpected(Error{name, "is a directory", "", "name the capture files in it"});
  }
  if (::isatty(file.fd()) == 1) {
    return std::unexpected(Error{name, "is a terminal", "", "pipe a capture into it: tcpdump -w - | whydrop -"});
  }
  auto shared = std::make_shared<const Descriptor>(std::move(file));
  if (!S_ISREG(status.st_mode)) return Input(path, std::move(shared), 0);
  const auto start =
      std::max<off_t>(::lseek(shared->fd(), 0, SEEK_CUR), 0);  // standard input may have been read in part
  ::posix_fadvise(shared->fd(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return Input(path, std::move(shared), static_cast<std::uint64_t>(std::max<off_t>(status.st_size - start, 0)),
               static_cast<std::uint64_t>(start));
}

std::optional<Input> Input::again() const {
  if (!start_ || wait_) return std::nullopt;
  Input again(path_, file_, size_, start_);
  again.shares_file_ = true;
  return again;
}

void Input::follow(WaitForMore wait) {
  struct stat status{};
  if (!wait || ::fstat(file_->fd(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  wait_ = std::move(wait);
  size_ = 0;
}

Input::Input(std::string path, std::shared_ptr<const Descriptor> file, std::uint64_t size,
             std::optional<std::uint64_t> start)
    : path_(std::move(path)), file_(std::move(file)), start_(start), next_(start.value_or(0)), size_(size) {}

Input::Input(std::string path, std::span<const std::uint8_t> memory, std::size_t at_a_time)
    : path_(std::move(path)), memory_(memory), at_a_time_(std::max<std::size_t>(at_a_time, 1)), size_(memory.size()) {}

Input Input::unpacked(Input packed) {
  Input input(packed.path_, nullptr, packed.size_);
  input.unpacker_ = std::make_unique<Unpacker>(std::move(packed));
  return input;
}

Input::Input(Input&& other) noexcept = default;
Input& Input::operator=(Input&& other) noexcept = default;
Input::~Input() = default;

std::uint64_t Input::consumed() const { return unpacker_ ? unpacker_->packed().offset() : offset_; }

std::string Input::place() const { return fmt::format("byte {}{}", offset_, unpacker_ ? " unpacked" : ""); }

std::string Input::format(std::string_view format) const {
  return unpacker_ ? fmt::format("{}, {}", format, unpacker_->codec_name()) : std::string(format);
}

bool Input::is_shortened() const {
  return file_ && !is_interrupted_ && (is_torn() || offset_ + (end_ - begin_) < size_);
}

bool Input::has_shrunk() const {
  struct stat status{};
  const bool ends_before =
      mapped_ && ::fstat(file_->fd(), &status) == 0 && static_cast<std::size_t>(status.st_size) < end_;
  return ends_before || is_torn();
}

bool Input::is_torn() const { return was_torn_ || (mapped_ && mapped_->is_torn()); }

std::expected<bool, Error> Input::hold(std::size_t count, std::size_t at_once) {
  while (end_ - begin_ < count) {
    if (mapped_) {
      widen_window(count, at_once);
      continue;
    }
    make_room(count);
    const auto got = read_some({window_.get() + end_, capacity_ - end_});
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return false;
    end_ += *got;
  }
  return true;
}

void Input::map_if_large() {
  const std::size_t held = end_ - begin_;
  if (!start_ || wait_ || size_ < offset_ + held + kLarge) return;
  mapped_ = MappedFile::of(file_->fd(), *start_ + size_);
  if (!mapped_) return;
  data_ = mapped_->bytes().data();
  begin_ = *start_ + offset_;
  end_ = begin_ + held;
  window_ = nullptr;
  capacity_ = 0;
}

void Input::jump(std::uint64_t place_in_file) {
  consume(place_in_file - begin_);
  end_ = std::max(end_, begin_);
}

/// Behind the last byte that was there when the file was mapped, reading goes on as in other files: more was written
/// meanwhile, or this is the end.
void Input::widen_window(std::size_t count, std::size_t at_once) {
  if (end_ == mapped_->bytes().size()) return unmap();
  end_ = std::min(mapped_->bytes().size(), std::max(begin_ + count, end_ + at_once));
  mapped_->move_to(begin_, end_);
}

void Input::unmap() {
  next_ = end_;
  if (!shares_file_) ::lseek(file_->fd(), static_cast<off_t>(next_), SEEK_SET);
  make_room(end_ - begin_ + 1);
  was_torn_ = mapped_->is_torn();
  mapped_ = nullptr;
}

/// Moves what is held to the front of our window, which doubles where it is full and still too small.
void Input::make_room(std::size_t count) {
  const std::size_t held = end_ - begin_;
  if (held >= capacity_ && count > capacity_) {
    capacity_ = std::max(kWindow, 2 * std::max(capacity_, held));
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
    std::ranges::copy(bytes(), larger.get());
    window_ = std::move(larger);
  } else if (bytes().data() != window_.get()) {
    std::memmove(window_.get(), bytes().data(), held);
  }
  data_ = window_.get();
  begin_ = 0;
  end_ = held;
}

std::expected<std::size_t, Error> Input::read_some(std::span<std::uint8_t> room) {
  if (unpacker_) return unpacker_->read_some(room);
  if (file_) return read_file(room);
  const std::size_t count = std::min({room.size(), at_a_time_, memory_.size()});
  std::copy_n(memory_.begin(), count, room.begin());
  memory_ = memory_.subspan(count);
  return count;
}

std::expected<std::size_t, Error> Input::read_file(std::span<std::uint8_t> room) {
  for (bool gone = false;;) {
    const auto got = shares_file_ ? ::pread(file_->fd(), room.data(), room.size(), static_cast<off_t>(next_))
                                  : ::read(file_->fd(), room.data(), room.size());
    if (got > 0) {
      next_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
    // A handler without SA_RESTART means to stop us (Ctrl-C): the input ends here, and what was read counts.
    is_interrupted_ = got < 0 && errno == EINTR;
    if (is_interrupted_) return 0;
    if (got < 0) {
      return std::unexpected(Error{name(), "cannot be read (" + reason(errno) + ")",
                                   fmt::format("byte {}", offset_ + (end_ - begin_)),
                                   "check the disk or the connection"});
    }
    if (!wait_ || gone) return 0;
    gone = is_gone();  // what was written before is read once more
    is_interrupted_ = !gone && !wait_();
    if (is_interrupted_) return 0;
  }
}

/// Nobody writes to this file any more: it was removed, its name is another's now, or it was begun again.
bool Input::is_gone() const {
  struct stat held{};
  if (::fstat(file_->fd(), &held) != 0 || held.st_nlink == 0) return true;
  if (std::cmp_less(held.st_size, next_)) return true;
  struct stat named{};
  if (path_ == "-") return false;
  return ::stat(path_.c_str(), &named) != 0 || named.st_ino != held.st_ino || named.st_dev != held.st_dev;
}

}  // namespace whydrop
