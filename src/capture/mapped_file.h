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
  /// Nothing before this offset will be looked at again: it counts as this process' memory no more.
  void release(std::uint64_t before);
  /// These will be looked at now: what of them lies in memory is entered into the page tables in one go.
  void enter(std::uint64_t from, std::uint64_t size) const { advise(from, size, kEnter); }
  /// These will be looked at soon: a disk may begin to bring them.
  void announce(std::uint64_t from, std::uint64_t size) const { advise(from, size, kAnnounce); }
  /// Zeros stand for bytes that could not be had.
  bool is_torn() const;

 private:
  static const int kEnter;
  static const int kAnnounce;

  void advise(std::uint64_t from, std::uint64_t size, int advice) const;

  MappedFile(std::span<const std::uint8_t> bytes, std::size_t slot) : bytes_(bytes), slot_(slot) {}

  std::span<const std::uint8_t> bytes_;
  std::size_t slot_;
  std::uint64_t released_ = 0;
};

}  // namespace whydrop
