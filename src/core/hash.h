// A strong, fast 64-bit hash of fixed words: each step multiplies 64x64 to 128 bits and folds the halves.
//
// The seed is a constant: the same input must give the same output. A flood that is crafted to collide costs probes,
// never correctness, and memory stays bounded.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace whydrop {

constexpr std::uint64_t kHashSeed = 0x9e3779b97f4a7c15;

constexpr std::uint64_t hash_mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a ^ 0xa0761d6478bd642f) * (b ^ 0xe7037ed1a0b428db);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash_bytes(std::span<const std::uint8_t> bytes, std::uint64_t state = kHashSeed) {
  state ^= bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = bytes.size() < sizeof word ? bytes.size() : sizeof word;
    std::memcpy(&word, bytes.data(), count);
    state = hash_mix(state, word);
    bytes = bytes.subspan(count);
  }
  return state;
}

}  // namespace whydrop
