// Walks a capture in memory in two ways, all at once and in small pieces, and holds both to the reader's promises.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "src/capture/formats.h"
#include "src/core/hash.h"

namespace whydrop {

inline void promise(bool kept) {
  if (!kept) std::abort();
}

/// All that a walk delivered, as one number.
inline std::uint64_t digest_of_walk(std::span<const std::uint8_t> bytes, std::size_t at_a_time, std::size_t batch) {
  constexpr std::uint32_t kFile = 1;
  const auto opened = open_input(Input("fuzz", bytes, at_a_time), kFile);
  if (!opened) return 0;
  std::vector<Frame> frames(batch);
  std::uint64_t digest = kHashSeed;
  std::uint64_t last = 0;
  for (;;) {
    const auto count = (*opened)->read(frames);
    if (!count) digest = hash_mix(digest, count.error().where.size());
    if (!count || *count == 0) break;
    promise(*count <= batch);
    for (const Frame& frame : std::span(frames).first(*count)) {
      promise(frame.ref.number() > last && frame.ref.file() == kFile);
      promise(frame.wire_len >= frame.bytes.size());
      promise(frame.interface < (*opened)->file().interfaces.size());
      last = frame.ref.number();
      digest = hash_mix(digest, last + static_cast<std::uint64_t>(frame.time.time_since_epoch().count()));
      for (const std::uint8_t byte : frame.bytes) digest = hash_mix(digest, byte);
    }
  }
  const CaptureFile& file = (*opened)->file();
  promise(file.consumed <= bytes.size());
  const bool is_packed = file.format.find(", ") != std::string::npos;  // then the place is one in what it unpacks to
  promise(!file.cut_at || is_packed || *file.cut_at < bytes.size());
  return hash_mix(digest, file.packets + file.cut_at.value_or(0));
}

inline void walk_both_ways(std::span<const std::uint8_t> bytes) {
  promise(digest_of_walk(bytes, bytes.size(), 64) == digest_of_walk(bytes, 5, 3));
}

}  // namespace whydrop
