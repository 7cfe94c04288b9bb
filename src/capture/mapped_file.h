// A large file in place, without a copy of it.
//
// What is mapped can vanish: somebody makes the file shorter, or the disk fails, and whoever looks at such a page gets
// SIGBUS. Here he gets zeros instead, and the mapping is torn from then on, which is to be asked before anything that
// was read from it is believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace whydrop {

class MappedFile {
 public:
  /// The first `size` bytes; null where they cannot be mapped, or too many files are.
  static std::unique_ptr<MappedFile> of(int fd, std::uint64_t size);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::uint8_t> bytes() const { return bytes_; }
  /// From `from` on until `to` is looked at now: what lies before counts as this process' memory no more, and what
  /// comes next is prepared, by a helper where there is one.
  void move_to(std::uint64_t from, std::uint64_t to);
  /// The same for several threads, each of which says what it is about to look at, and one of them how far all are.
  void enter(std::uint64_t from, std::uint64_t to) const;
  void leave(std::uint64_t until);
  /// Zeros stand for bytes that could not be had.
  bool is_torn() const;

 private:
  void advise(std::uint64_t from, std::uint64_t to, int advice) const;

  MappedFile(std::span<const std::uint8_t> bytes, std::size_t slot) : bytes_(bytes), slot_(slot) {}

  std::span<const std::uint8_t> bytes_;
  std::size_t slot_;
  std::uint64_t released_ = 0;   ///< up to here nothing is in the page tables
  std::uint64_t entered_ = 0;    ///< up to here everything is that lies in memory
  std::uint64_t announced_ = 0;  ///< up to here a disk may have begun to bring it
};

}  // namespace whydrop
