// A mapped file in chunks of some thousand records, for several threads that read it together.
//
// Where a chunk's first record begins stands in the chunk before. But records can be recognised: a chunk is begun where
// a row of them seems to. Who then takes the chunks in order sees whether each begins where the one before ended; where
// one does not, the rest of the file is to be read as other files are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "src/wire/frame.h"

namespace whydrop {

struct Chunk {
  std::uint64_t begin = 0;      ///< of its first record, in the file
  std::uint64_t end = 0;        ///< behind its last one
  bool is_plain = false;        ///< it holds packets and nothing else, each of them whole; else nothing below is good
  std::vector<Frame> frames{};  ///< with numbers that count from 1
};

/// For one thread: others have one of their own.
class ChunkReader {
 public:
  ChunkReader() = default;
  ChunkReader(const ChunkReader&) = delete;
  ChunkReader& operator=(const ChunkReader&) = delete;
  virtual ~ChunkReader() = default;

  /// Where the first chunk begins, and how many there are.
  virtual std::uint64_t start() const = 0;
  virtual std::uint64_t count() const = 0;
  /// Frames are borrowed from the file, until `leave` is told that nobody looks at them any more.
  /// `seen` is told of a few frames at a time, while they are in the cache.
  using Seen = std::function<void(std::span<const Frame>)>;
  virtual void read(std::uint64_t number, Chunk& chunk, const Seen& seen) = 0;
  /// Nobody looks at what lies before chunk `number`.
  virtual void leave(std::uint64_t number) = 0;
};

}  // namespace whydrop
