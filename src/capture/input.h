// The bytes of one capture, as a window that slides over a file, a pipe, memory, or what a compressed one of these
// unpacks to.
//
// Most are read into a buffer that the processor's second cache holds. A large file is mapped instead: copying it would
// bring every byte into the cache, of which packets' headers are a tenth. What is waited for then is memory, unless it
// was asked for in time (skim.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "src/core/error.h"

namespace whydrop {

/// A file descriptor that is closed with its owner; -1: none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int fd() const { return fd_; }

 private:
  int fd_;
};

/// Asked at the end of a file that is still being written, each time that no more has come: waits a little; false means
/// that this is the end.
using WaitForMore = std::function<bool()>;

class MappedFile;
class Unpacker;

class Input {
 public:
  /// A file, or standard input for "-".
  static std::expected<Input, Error> open(const std::string& path);
  /// Before anything is read: a file goes on until it is removed, replaced or made shorter.
  void follow(WaitForMore wait);
  /// Bytes in memory, which must outlive the Input, read `at_a_time` bytes at once as from a pipe.
  Input(std::string path, std::span<const std::uint8_t> memory, std::size_t at_a_time);
  /// What `packed` unpacks to; it stands at the magic of a codec.
  static Input unpacked(Input packed);
  /// The same file from where this one began, to be read on its own. Nothing, where that cannot be.
  std::optional<Input> again() const;
  Input(Input&& other) noexcept;
  Input& operator=(Input&& other) noexcept;
  ~Input();

  const std::string& path() const { return path_; }
  /// As people call it: the path, or "standard input".
  std::string name() const { return path_ == "-" ? "standard input" : path_; }
  /// Bytes in all, as they are stored; 0 where that cannot be known.
  std::uint64_t size() const { return size_; }
  /// Bytes up to here, as they are stored.
  std::uint64_t consumed() const;
  /// "byte 24", "byte 24 unpacked".
  std::string place() const;
  /// "pcap", "pcap, gzip".
  std::string format(std::string_view format) const;
  /// More bytes may be long in coming: asking for more than the next record needs would delay it.
  bool is_stream() const { return size_ == 0; }
  /// A signal, or who was asked to wait for more, ended it.
  bool is_interrupted() const { return is_interrupted_; }

  /// What is held and not yet consumed.
  std::span<const std::uint8_t> bytes() const { return std::span<const std::uint8_t>(data_, end_).subspan(begin_); }
  /// Where `bytes()` begins, from the start of the input.
  std::uint64_t offset() const { return offset_; }
  void consume(std::size_t count) {
    begin_ += count;
    offset_ += count;
  }

  /// Reads on until `bytes()` holds at least `count` bytes; false when the input ends before. Moves the window: what
  /// `bytes()` gave before is gone. Memory grows with bytes that have arrived, never with `count` alone.
  /// Of a mapped file, where there is no copy to be made, `at_once` bytes are added.
  std::expected<bool, Error> hold(std::size_t count, std::size_t at_once = kWindow);

  static constexpr std::uint64_t kLarge = std::uint64_t{2} << 20U;  ///< bytes: reading them takes milliseconds
  /// From here on a file is not copied, where so much of it is left.
  void map_if_large();
  bool is_mapped() const { return mapped_ != nullptr; }
  /// is_mapped(): the file, where in it `bytes()` begins, and a way to go on elsewhere in it.
  MappedFile& mapped() const { return *mapped_; }
  std::uint64_t place_in_file() const { return begin_; }
  void jump(std::uint64_t place_in_file);
  /// Some of what `bytes()` gave was no longer there when it was looked at: zeros stand for it.
  bool is_torn() const;

  /// The same, whether it was looked at or not: the file ends before what `bytes()` gives.
  bool has_shrunk() const;

  /// At its end: the file had been longer.
  bool is_shortened() const;

 private:
  static constexpr std::size_t kWindow = std::size_t{256} * 1024;

  Input(std::string path, std::shared_ptr<const Descriptor> file, std::uint64_t size,
        std::optional<std::uint64_t> start = {});
  void make_room(std::size_t count);
  void widen_window(std::size_t count, std::size_t at_once);
  void unmap();
  std::expected<std::size_t, Error> read_some(std::span<std::uint8_t> room);
  std::expected<std::size_t, Error> read_file(std::span<std::uint8_t> room);
  bool is_gone() const;

  std::string path_;
  std::shared_ptr<const Descriptor> file_;  ///< null: bytes come from memory, or from an unpacker
  /// Where in the file this input begins, and where it is read next; nothing, where a file has no places.
  std::optional<std::uint64_t> start_;
  std::uint64_t next_ = 0;
  bool shares_file_ = false;              ///< where the file stands is another one's
  std::span<const std::uint8_t> memory_;  ///< what is left of it, where there is no file
  std::size_t at_a_time_ = 0;
  std::unique_ptr<Unpacker> unpacker_;  ///< in place of a file or memory
  std::unique_ptr<MappedFile> mapped_;
  bool was_torn_ = false;  ///< when it was still mapped
  WaitForMore wait_;
  bool is_interrupted_ = false;
  std::uint64_t size_ = 0;
  std::unique_ptr<std::uint8_t[]> window_;
  std::size_t capacity_ = 0;
  const std::uint8_t* data_ = nullptr;  ///< our window, or the mapped file
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace whydrop
