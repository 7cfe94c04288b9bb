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

#include "src/capture/input.h"
#include "src/capture/skim.h"
#include "src/capture/source.h"

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

/// `Format` has `Parsed next(bytes, frame, file)`, which finds the same damage again when it is asked again,
/// `std::string problem()`, and what Skim::walk asks for.
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
