// The bytes of one capture, as a window that slides over a file, a pipe, memory, or what a compressed one of these
// unpacks to.
//
// Whatever it is, it is read into a buffer that the processor's second cache holds. Mapping a large file saves that
// copy and costs more: each page that is touched has to be entered into the page tables, by the kernel and, in a
// virtual machine, by its host as well. Over 2.4 GB in the page cache of such a machine a walk over the records took 46
// ns a packet through this buffer, and 200 ns through a mapping, whatever its pages were brought in by and however many
// walks took turns. A second thread may do that copying (read_ahead.h): then windows are borrowed from it, and only
// what is left of one is copied to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
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

class ReadAhead;
class Unpacker;

class Input {
 public:
  /// A file, or standard input for "-".
  static std::expected<Input, Error> open(const std::string& path);
  /// Before anything is read: a file goes on until it is removed, replaced or made shorter.
  void follow(WaitForMore wait);
  /// A second thread reads ahead where the input is a file large enough for that.
  void read_ahead() { may_read_ahead_ = true; }
  /// Bytes in memory, which must outlive the Input, read `at_a_time` bytes at once as from a pipe.
  Input(std::string path, std::span<const std::uint8_t> memory, std::size_t at_a_time);
  /// What `packed` unpacks to; it stands at the magic of a codec.
  static Input unpacked(Input packed);
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
  std::expected<bool, Error> hold(std::size_t count);

  /// At its end: the file had been longer.
  bool is_shortened() const;

 private:
  static constexpr std::size_t kWindow = std::size_t{256} * 1024;

  Input(std::string path, Descriptor file, std::uint64_t size);
  void make_room(std::size_t count);
  bool is_worth_reading_ahead() const;
  void begin_reading_ahead();
  bool take_window();
  std::expected<std::size_t, Error> read_some(std::span<std::uint8_t> room);
  std::expected<std::size_t, Error> read_file(std::span<std::uint8_t> room);
  bool is_gone() const;

  std::string path_;
  Descriptor file_;
  std::span<const std::uint8_t> memory_;  ///< what is left of it, where there is no file
  std::size_t at_a_time_ = 0;
  std::unique_ptr<Unpacker> unpacker_;  ///< in place of a file or memory
  bool may_read_ahead_ = false;
  std::unique_ptr<ReadAhead> ahead_;  ///< behind `file_`, which it reads
  std::uint64_t file_start_ = 0;      ///< where in it this input begins
  WaitForMore wait_;
  bool is_interrupted_ = false;
  std::uint64_t size_ = 0;
  std::unique_ptr<std::uint8_t[]> window_;
  std::size_t capacity_ = 0;
  const std::uint8_t* data_ = nullptr;  ///< our window, or one that was read ahead
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace whydrop
