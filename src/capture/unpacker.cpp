// The plain bytes of a compressed input: the walk over members, and what is said where one is cut or damaged.
#include "src/capture/unpacker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/capture/foreign.h"

namespace whydrop {
namespace {

constexpr std::string_view kAgain = "copy it again; packets before this place are read";

}  // namespace

std::expected<std::size_t, Error> Unpacker::read_some(std::span<std::uint8_t> room) {
  while (!problem_) {
    const auto more = inside_ ? have_packed() : begin_member();
    if (!more) return std::unexpected(more.error());
    if (!*more) return 0;
    const Unpacked step = decompressor_->step(packed_.bytes(), room);
    packed_.consume(step.taken);
    was_filled_ = step.given == room.size();
    inside_ = !step.finished;
    note(step);
    if (step.given == 0) continue;
    if (giver_ == nullptr) giver_ = codec_;
    return step.given;
  }
  return std::unexpected(*problem_);
}

/// False at the end of the input.
std::expected<bool, Error> Unpacker::begin_member() {
  bool enough = true;
  while (enough) {
    const auto held = packed_.hold(kCodecMagic);
    if (!held) return std::unexpected(held.error());
    enough = *held;
    const auto bytes = packed_.bytes();
    const auto begins = std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte != 0; });
    if (begins == bytes.begin()) break;
    packed_.consume(static_cast<std::size_t>(begins - bytes.begin()));
  }
  if (packed_.bytes().empty() || packed_.is_interrupted()) return false;
  const Codec* const codec = codec_of(packed_.bytes());
  if (codec == nullptr) {
    return std::unexpected(error(fmt::format("has other bytes behind its {} data", codec_->name), std::string(kAgain)));
  }
  if (std::exchange(codec_, codec) != codec) decompressor_ = codec->make();
  inside_ = true;
  was_filled_ = false;
  return true;
}

/// Packed bytes, or a decompressor that may still hold plain ones.
std::expected<bool, Error> Unpacker::have_packed() {
  if (!packed_.bytes().empty() || was_filled_) return true;
  const auto held = packed_.hold(1);
  if (!held) return std::unexpected(held.error());
  if (*held) return true;
  if (packed_.is_interrupted()) return false;
  return std::unexpected(error(fmt::format("ends inside its {} data", codec_->name), std::string(kAgain)));
}

void Unpacker::note(const Unpacked& step) {
  if (step.problem == Unpacked::Problem::damage) {
    problem_ = error(fmt::format("is damaged inside its {} data ({})", codec_->name, step.reason), std::string(kAgain));
  } else if (step.problem == Unpacked::Problem::window) {
    problem_ = error(
        fmt::format("needs more than {} MiB of memory to unpack its {} data", kLargestWindow >> 20U, codec_->name),
        unpack_command(codec_->unpack, packed_.path()));
  }
}

Error Unpacker::error(std::string what, std::string way_out) const {
  return {packed_.name(), std::move(what), fmt::format("byte {}", packed_.offset()), std::move(way_out)};
}

}  // namespace whydrop
