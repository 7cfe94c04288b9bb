// A look ahead over the records of a window that lies in memory but in no cache.
//
// Where the next record begins stands in the one before, so that who walks from one to the next waits for memory each
// time, longer than all else takes. But a record can be recognised: a few places of the window are looked for where one
// seems to begin, and from all of these the walk goes on in turns, asking for lines that the others leave time to come.
// Nothing of it is believed: whoever then reads the records in order finds them in the cache, or, where this was
// mistaken, waits.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "src/core/prefetch.h"

namespace whydrop {

/// What nearly all records of a capture have in common: a byte, and where in a record it stands.
struct RecordSign {
  std::uint8_t byte = 0;
  std::size_t offset = 0;
};

/// Where in the window, from `from` on and before `far`, a record seems to begin; the window's end where none does.
template <class Format>
std::size_t find_record(const Format& format, std::span<const std::uint8_t> window, std::size_t from, std::size_t far) {
  const RecordSign sign = format.sign();
  for (std::size_t place = from; place < far; ++place) {
    const auto rest = window.subspan(place + sign.offset, far - place);
    const void* const found = std::memchr(rest.data(), sign.byte, rest.size());
    if (found == nullptr) break;
    place += static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - rest.data());
    if (format.record_size(window.subspan(place)) != 0) return place;
  }
  return window.size();
}

/// The walk over a window, and where in it records seem to begin.
class Skim {
 public:
  /// `Format` has `std::size_t record_size(bytes)`, the length of the record that begins there, 0 where none seems to,
  /// and `RecordSign sign()`. The window begins with a record.
  template <class Format>
  void walk(const Format& format, std::span<const std::uint8_t> window);

  /// The window's next record is about to be read: asks once more for the header of one some way behind it, which has
  /// left the first cache meanwhile.
  void reach_next() {
    if (reached_ < found_.size()) prefetch(&window_[found_[reached_++]]);
  }

 private:
  static constexpr std::size_t kWays = 16;
  static constexpr std::size_t kAhead = 16;

  /// A way's part of a window. A cache puts what is a power of two apart into one place, for which all would compete.
  static std::size_t part_of(std::size_t window) {
    constexpr std::size_t kPage = 4096;
    constexpr std::size_t kOffset = 21 * kCacheLine;
    return window / kWays / kPage * kPage - kOffset;
  }

  std::span<const std::uint8_t> window_;
  std::array<std::vector<std::uint32_t>, kWays> found_by_;
  std::vector<std::uint32_t> found_;  ///< by all, in order
  std::size_t reached_ = 0;           ///< of those, kAhead behind the record that is read
};

template <class Format>
void Skim::walk(const Format& format, std::span<const std::uint8_t> window) {
  constexpr std::size_t kHeaders = 104;  // of the record, Ethernet, IPv6, TCP with timestamps
  constexpr std::size_t kUsualFrame = 1024;
  constexpr std::size_t kFar = std::size_t{16} << 10U;  // without a record: this part is left alone
  window_ = window;
  found_.clear();
  reached_ = kAhead;
  if (window.size() < kWays * 3 * kFar) return;
  const std::size_t part = part_of(window.size());
  std::array<std::size_t, kWays> places{};
  for (std::size_t way = 0; way < kWays; ++way) prefetch_from<kUsualFrame>(window.subspan(way * part).data());
  for (std::size_t way = 0; way < kWays; ++way) {
    places[way] = find_record(format, window, way * part, way * part + kFar);
    found_by_[way].clear();
  }
  std::array<std::size_t, kWays> ends{};
  for (std::size_t way = 0; way < kWays; ++way) ends[way] = way + 1 == kWays ? window.size() : (way + 1) * part;
  for (bool on = true; on;) {
    on = false;
    for (std::size_t way = 0; way < kWays; ++way) {
      std::size_t& place = places[way];
      if (place >= ends[way]) continue;
      found_by_[way].push_back(static_cast<std::uint32_t>(place));
      const std::size_t size = format.record_size(window.subspan(place));
      place = size == 0 || size > window.size() - place ? window.size() : place + size;
      prefetch_from<kHeaders>(window.subspan(place).data());
      on = true;
    }
  }
  for (const auto& found : found_by_) found_.insert(found_.end(), found.begin(), found.end());
}

}  // namespace whydrop
