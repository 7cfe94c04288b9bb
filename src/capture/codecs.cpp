// The compressions that can be unpacked, as a table.
#include "src/capture/codecs.h"

#include <array>

namespace whydrop {
namespace {

constexpr std::array kCodecs = {
#define CODEC(name, unpack) Codec{#name, unpack, is_##name, make_##name},
#include "src/capture/codecs.def"
#undef CODEC
};

}  // namespace

const Codec* codec_of(std::span<const std::uint8_t> head) {
  for (const Codec& codec : kCodecs) {
    if (head.size() >= kCodecMagic && codec.matches(head)) return &codec;
  }
  return nullptr;
}

}  // namespace whydrop
