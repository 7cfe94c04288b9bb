// A look ahead over the records of a window that lies in memory but in no cache.
//
// Where the next record begins stands in the one before, so that who walks from one to the next waits for memory each
// time, longer than all else takes. But a record can be recognised: a few places of the window are looked for where one
// seems to begin, and from all of these the walk goes on in turns, asking for lines that the others leave time to come.
// Nothing is kept of it, and nothing believed: whoever then reads the records in order finds them in the cache, or,
// where this was mistaken, waits.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "src/core/prefetch.h"

namespace whydrop {

/// Asks for what reading a record looks at: its own header and those of its frame.
inline void prefetch_headers(std::span<const std::uint8_t> record) {
  constexpr std::size_t kCacheLine = 64;
  constexpr std::size_t kHeaders = 104;  // record, Ethernet, IPv6, TCP with timestamps: two lines or three
  if (record.size() < kHeaders) return;
  for (std::size_t at = 0; at < kHeaders; at += kCacheLine) prefetch(&record[at]);
  prefetch(&record[kHeaders - 1]);
}

/// `Format` has `std::size_t record_size(bytes)`, the length of the record that begins there, 0 where none seems to,
/// and `kAlignment`, of records. The window begins with a record.
template <class Format>
void skim(const Format& format, std::span<const std::uint8_t> window) {
  constexpr std::size_t kWays = 16;
  constexpr std::size_t kFar = std::size_t{16} << 10U;  // without a record: this part is left alone
  const std::size_t part = window.size() / kWays / Format::kAlignment * Format::kAlignment;
  if (part < kFar) return;
  std::array<std::size_t, kWays> places{};
  for (std::size_t way = 0; way < kWays; ++way) {
    std::size_t place = way * part;
    const std::size_t far = place + kFar;
    while (place < far && format.record_size(window.subspan(place)) == 0) place += Format::kAlignment;
    places[way] = place < far ? place : window.size();
  }
  for (bool on = true; on;) {
    on = false;
    for (std::size_t way = 0; way < kWays; ++way) {
      std::size_t& place = places[way];
      if (place >= (way + 1) * part) continue;
      const std::size_t size = format.record_size(window.subspan(place));
      place = size == 0 || size > window.size() - place ? window.size() : place + size;
      prefetch_headers(window.subspan(place));
      on = true;
    }
  }
}

}  // namespace whydrop
