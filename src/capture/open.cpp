// Opens a capture, unpacked where it is compressed: by our own reader for its format, else by libpcap; what neither
// knows is named where it can be.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "src/capture/codecs.h"
#include "src/capture/foreign.h"
#include "src/capture/formats.h"

namespace whydrop {
namespace {

struct Format {
  bool (*matches)(std::span<const std::uint8_t> head);
  Opened (*open)(Input input, std::uint32_t index);
};

constexpr std::array kFormats = {
#define CAPTURE_FORMAT(name) Format{is_##name, open_##name},
#include "src/capture/formats.def"
#undef CAPTURE_FORMAT
};

constexpr std::size_t kMagic = 4;  // tells our own formats; a live pipe may hold no more for a while
static_assert(kMagic == kCodecMagic);

Error nothing_to_read(const Input& input) {
  if (input.bytes().empty()) {
    return {input.name(), "is empty, without even a file header", "",
            "capture again; tcpdump -U writes packets at once"};
  }
  return {input.name(), "is shorter than any capture file's header", "byte 0", "capture or copy it again"};
}

std::expected<void, Error> hold_magic(Input& input) {
  const auto held = input.hold(kMagic);
  if (!held) return std::unexpected(held.error());
  if (!*held) return std::unexpected(nothing_to_read(input));
  return {};
}

/// Puts what `input` unpacks to in its place, where it is compressed.
std::expected<void, Error> unpack(Input& input) {
  const Codec* const codec = codec_of(input.bytes());
  if (codec == nullptr) return {};
  input = Input::unpacked(std::move(input));
  if (auto held = hold_magic(input); !held) return held;
  if (codec_of(input.bytes()) == nullptr) return {};
  return std::unexpected(Error{input.name(), "is compressed twice", "", unpack_command(codec->unpack, input.path())});
}

}  // namespace

Error header_cut(const Input& input, std::string_view format) {
  return {input.name(), "ends inside its " + std::string(format) + " header", "byte 0", "capture or copy it again"};
}

Opened open_input(Input input, std::uint32_t index) {
  if (auto held = hold_magic(input); !held) return std::unexpected(held.error());
  if (auto ready = unpack(input); !ready) return std::unexpected(ready.error());
  for (const Format& format : kFormats) {
    if (format.matches(input.bytes())) return format.open(std::move(input), index);
  }
  if (const auto held = input.hold(kForeignHead); !held) return std::unexpected(held.error());
  const std::vector<std::uint8_t> head(input.bytes().begin(), input.bytes().end());
  const std::string path = input.path();
  const std::string name = input.name();
  auto opened = open_libpcap(std::move(input), index);
  if (opened) return opened;
  if (auto foreign = recognise_foreign(head, path)) {
    return std::unexpected(Error{name, std::move(foreign->what), "", std::move(foreign->way_out)});
  }
  return opened;
}

std::expected<std::unique_ptr<Source>, Error> open_capture(const std::string& path, std::uint32_t file) {
  auto input = Input::open(path);
  if (!input) return std::unexpected(input.error());
  return open_input(std::move(*input), file);
}

std::expected<Input, Error> open_unpacked(const std::string& path) {
  auto input = Input::open(path);
  return input ? open_unpacked(std::move(*input)) : std::move(input);
}

std::expected<Input, Error> open_unpacked(Input input) {
  if (auto held = hold_magic(input); !held) return std::unexpected(held.error());
  if (auto ready = unpack(input); !ready) return std::unexpected(ready.error());
  return input;
}

std::expected<std::unique_ptr<Source>, Error> open_capture(Input input, std::uint32_t file) {
  return open_input(std::move(input), file);
}

}  // namespace whydrop
