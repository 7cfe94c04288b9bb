// The walk over a capture file's records, the same for every format: a format only says what stands at the front of
// the window.
//
// The window never moves while a batch is being filled, so that frames can be borrowed from it. Damage and the end of
// the file are met twice: first as the end of a batch, then, with nothing before them, as the answer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "src/capture/chunks.h"
#include "src/capture/input.h"
#include "src/capture/mapped_file.h"
#include "src/capture/skim.h"
#include "src/capture/source.h"
#include "src/core/prefetch.h"

namespace whydrop {

/// The longest record that is believed, whatever it is. Also how far the window can grow.
constexpr std::uint32_t kMaxRecord = 16U * 1024 * 1024;

/// The longest frame that is believed, as libpcap has it: 256 KiB, except where a link type carries larger units.
constexpr std::uint32_t max_frame(LinkType type) {
  constexpr LinkType kDbus{231};
  constexpr LinkType kUsbPcap{249};
  constexpr LinkType kEbhscr{279};
  constexpr std::uint32_t kUsual = 262'144;
  return type == kDbus || type == kUsbPcap || type == kEbhscr ? kMaxRecord - kUsual : kUsual;
}

/// What a format found at the front of the window.
struct Parsed {
  enum class Kind : std::uint8_t {
    frame,     ///< a frame, written out
    numbered,  ///< no packet, but Wireshark gives it a packet's number
    other,     ///< something else, to be passed over
    need,      ///< not whole yet: `size` bytes are needed
    damage,    ///< the format's `problem()` says what
  };
  Kind kind;
  std::size_t size = 0;  ///< of the record
};

/// Found inside a file: what came before it is good.
inline Error damaged(const Input& input, std::string what) {
  return {input.name(), std::move(what), input.place(),
          "capture or copy it again, or try pcapfix; packets before this place are read"};
}

/// The file changed while it was read.
inline Error lost(const Input& input) {
  return {input.name(), "became shorter while it was read", input.place(),
          "read it again when it is complete; packets before this place are read"};
}

/// The same walk over a part of a mapped file.
template <class Format>
class RecordChunks final : public ChunkReader {
 public:
  /// From `start` on, where a record begins.
  RecordChunks(MappedFile& file, std::uint64_t start, Format format, std::uint32_t index)
      : file_(file), start_(start), format_(std::move(format)), index_(index), size_(chunk_size()) {}

  std::uint64_t start() const override { return start_; }
  std::uint64_t count() const override { return (bytes().size() - start_ + size_ - 1) / size_; }

  void read(std::uint64_t number, Chunk& chunk, const Seen& seen) override {
    const std::uint64_t far = std::min<std::uint64_t>(bytes().size(), start_ + (number + 1) * size_);
    file_.enter(start_ + number * size_, far);
    chunk.frames.clear();
    chunk.is_plain = true;
    chunk.begin = chunk.end = number == 0 ? start_ : first_record(start_ + number * size_, far);
    skim_.walk(format_, bytes().subspan(chunk.begin, far - chunk.begin));
    while (chunk.is_plain && chunk.end < far) {
      const std::size_t before = chunk.frames.size();
      read_some(far, chunk);
      seen(std::span<const Frame>(chunk.frames).subspan(before));
    }
  }

  void leave(std::uint64_t number) override { file_.leave(start_ + number * size_); }

 private:
  std::span<const std::uint8_t> bytes() const { return file_.bytes(); }

  /// As many as stay in the first cache.
  void read_some(std::uint64_t far, Chunk& chunk) {
    constexpr std::size_t kSome = 32;
    for (std::size_t left = kSome; left != 0 && chunk.end < far; --left) {
      skim_.reach_next();
      Frame& frame = chunk.frames.emplace_back();
      const Parsed step = format_.next(bytes().subspan(chunk.end), frame, none_);
      chunk.is_plain = step.kind == Parsed::Kind::frame;
      if (!chunk.is_plain) return chunk.frames.pop_back();
      frame.ref = PacketRef(index_, chunk.frames.size());
      if (frame.bytes.size() > kCacheLine)
        prefetch(&frame.bytes[kCacheLine]);  // the first came with the record's header
      chunk.end += step.size;
    }
  }

  /// Not smaller than a few of the longest frames, not larger than what stays in the cache of who reads it.
  std::uint64_t chunk_size() {
    constexpr std::uint64_t kRecords = 4096;
    constexpr std::uint64_t kSome = 256;
    constexpr std::uint64_t kLeast = std::uint64_t{1} << 20U;
    constexpr std::uint64_t kMost = std::uint64_t{2} << 20U;
    Frame first;
    format_.next(bytes().subspan(start_), first, none_);  // as it looks, so others are recognised
    std::uint64_t place = start_;
    std::uint64_t records = 0;
    for (; records < kSome && place < bytes().size(); ++records) {
      const std::size_t size = format_.record_size(bytes().subspan(place));
      if (size == 0) break;
      place += size;
    }
    return std::clamp(kRecords * (place - start_) / std::max<std::uint64_t>(records, 1), kLeast, kMost);
  }

  /// Where a row of records begins; `far` where none does.
  std::uint64_t first_record(std::uint64_t from, std::uint64_t far) const {
    constexpr int kRow = 8;
    for (std::uint64_t place = from; place < far; ++place) {
      place = find_record(format_, bytes(), place, std::min(far, bytes().size() - format_.sign().offset));
      std::uint64_t next = place;
      int row = 0;
      for (; row < kRow && next < bytes().size(); ++row) {
        const std::size_t size = format_.record_size(bytes().subspan(next));
        if (size == 0) break;
        next += size;
      }
      if (row == kRow || next >= bytes().size()) return std::min(place, far);
    }
    return far;
  }

  MappedFile& file_;
  std::uint64_t start_;
  Format format_;
  std::uint32_t index_;
  CaptureFile none_;
  std::uint64_t size_;  ///< of a chunk
  Skim skim_;
};

/// `Format` has `Parsed next(bytes, frame, file)`, which finds the same damage again when it is asked again,
/// `std::string problem()`, what Skim::walk asks for, and `kAllInFrames`: nothing of a file is to be known but its
/// frames, and each is read without those before it.
template <class Format>
class RecordSource final : public Source {
 public:
  RecordSource(Input input, std::uint32_t index, Format format, CaptureFile file, std::optional<Error> objection)
      : input_(std::move(input)),
        index_(index),
        format_(std::move(format)),
        file_(std::move(file)),
        objection_(std::move(objection)) {
    input_.map_if_large();
  }

  const CaptureFile& file() const override { return file_; }

  std::unique_ptr<ChunkReader> chunk_reader() const override {
    if constexpr (Format::kAllInFrames) {
      if (!input_.is_mapped()) return nullptr;
      return std::make_unique<RecordChunks<Format>>(input_.mapped(), input_.place_in_file(), format_, index_);
    }
    return nullptr;
  }

  bool skip_to(std::uint64_t place, std::uint64_t packets, std::uint64_t bytes) override {
    input_.jump(place);
    number_ += packets;
    file_.packets += packets;
    file_.bytes += bytes;
    file_.consumed = input_.consumed();
    return !input_.is_torn();
  }

  std::expected<std::size_t, Error> read(std::span<Frame> batch) override {
    if (ended_ || batch.empty()) return 0;
    for (;;) {
      std::size_t count = 0;
      const Parsed stop = fill(batch, count);
      if (input_.is_torn()) return fail(lost(input_));
      file_.packets += count;
      file_.consumed = input_.consumed();
      if (count > 0) return count;
      if (stop.kind == Parsed::Kind::damage) {
        return fail(input_.has_shrunk() ? lost(input_) : damaged(input_, format_.problem()));
      }
      const auto held = input_.hold(stop.size, worth_skimming());
      if (!held) return fail(held.error());
      if (!*held) return end();
      if (input_.is_mapped()) skim_.walk(format_, input_.bytes());
    }
  }

 private:
  /// Writes frames until the batch is full or the window has no further whole record; says what stopped it.
  Parsed fill(std::span<Frame> batch, std::size_t& count) {
    Parsed step{Parsed::Kind::need};
    while (count < batch.size()) {
      skim_.reach_next();
      step = format_.next(input_.bytes(), batch[count], file_);
      if (step.kind == Parsed::Kind::need || step.kind == Parsed::Kind::damage) break;
      input_.consume(step.size);
      if (step.kind == Parsed::Kind::other) continue;
      ++number_;
      if (step.kind == Parsed::Kind::numbered) continue;
      batch[count].ref = PacketRef(index_, number_);
      file_.bytes += batch[count].bytes.size();
      ++count;
    }
    return step;
  }

  /// So many bytes that what is asked for of all their records is still in the second cache when it is used.
  std::size_t worth_skimming() const {
    constexpr std::uint64_t kRecords = 4096;
    constexpr std::uint64_t kLeast = std::uint64_t{1} << 20U;
    constexpr std::uint64_t kMost = std::uint64_t{8} << 20U;
    return std::clamp(kRecords * file_.bytes / std::max<std::uint64_t>(file_.packets, 1), kLeast, kMost);
  }

  std::expected<std::size_t, Error> end() {
    if (!input_.bytes().empty()) file_.cut_at = input_.offset();
    file_.consumed = input_.consumed();
    if (input_.is_shortened()) return fail(lost(input_));
    if (objection_) return fail(*std::exchange(objection_, std::nullopt));
    ended_ = true;
    return 0;
  }

  std::unexpected<Error> fail(Error error) {
    ended_ = true;
    return std::unexpected(std::move(error));
  }

  Input input_;
  Skim skim_;
  std::uint32_t index_;
  Format format_;
  CaptureFile file_;
  std::optional<Error> objection_;
  std::uint64_t number_ = 0;
  bool ended_ = false;
};

/// `objection`: what is wrong with the file although its packets can be read; told when they have been.
template <class Format>
std::unique_ptr<Source> make_record_source(Input input, std::uint32_t index, Format format, CaptureFile file,
                                           std::optional<Error> objection = std::nullopt) {
  return std::make_unique<RecordSource<Format>>(std::move(input), index, std::move(format), std::move(file),
                                                std::move(objection));
}

}  // namespace whydrop
