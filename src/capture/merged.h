// Several files as one capture: files of several interfaces, or rotated ones, merged by the time of their packets.
//
// A file is opened only when its first packet's turn comes and closed when its last has been read, so that a thousand
// rotated files need one descriptor. Within a file packets keep their order, whatever their times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/capture/source.h"

namespace whydrop {

struct DatedFile {
  std::string path;
  /// Of its first packet; none: the file is read when those before it have ended, and holds back those behind it.
  std::optional<Time> first{};

  bool operator==(const DatedFile&) const = default;
};

class MergedCaptures {
 public:
  /// `files` in the order of their first packets. With `wait` a file that is still being written is followed.
  /// `opened`: inputs among them that are open, and may have been looked at.
  explicit MergedCaptures(std::vector<DatedFile> files, WaitForMore wait = {}, std::vector<Input> opened = {});

  /// Like Source::read, but what is wrong with one file does not end the others: 0 at the end of all.
  std::size_t read(std::span<Frame> batch);

  /// The source of the only file, before anything is read; null where it cannot be opened, or there are more.
  Source* only_source();

  struct File {
    CaptureFile file;
    bool damaged = false;  ///< its reading ended with an error
  };
  /// Those that could be opened so far, by PacketRef::file().
  std::vector<File> files() const;
  const std::vector<Error>& errors() const { return errors_; }
  /// Bytes of all files read so far, as they are stored.
  std::uint64_t consumed() const;
  /// The first packet of one file precedes the last of another, so that they are merged.
  bool overlap() const { return overlap_; }

 private:
  /// An open file, and what was read of it but not yet given.
  struct Stream {
    std::unique_ptr<Source> source;
    std::size_t index = 0;
    std::vector<Frame> frames{};
    std::span<const Frame> held{};
  };

  std::size_t read_alone(std::span<Frame> batch);
  void prepare();
  void refill();
  void open_next();
  std::expected<std::unique_ptr<Source>, Error> open(const std::string& path);
  std::size_t fill(Stream& stream, std::span<Frame> batch);
  bool is_next_due() const;
  Stream& earliest();

  std::deque<DatedFile> pending_;
  WaitForMore wait_;
  std::vector<Input> opened_;
  std::vector<Stream> streams_;  ///< in the order of their opening; after `prepare` each holds a frame
  std::vector<File> files_;
  std::uint64_t consumed_ = 0;  ///< of files that have ended
  std::vector<Error> errors_;
  bool overlap_ = false;
};

}  // namespace whydrop
