// UTF-8, decoded without trust.
#include "src/core/utf8.h"

#include <cstdint>

namespace whydrop {

Utf8Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  if (lead < 0xc2 || lead > 0xf4) return {};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  char32_t code = lead & (0x7fU >> length);
  // The second byte's range excludes what is too long, surrogates, and what lies beyond Unicode.
  std::uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  std::uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  for (std::size_t at = 1; at < length; ++at) {
    if (at == text.size() || byte(at) < least || byte(at) > most) return {0, at, false};
    code = code << 6U | (byte(at) & 0x3fU);
    least = 0x80;
    most = 0xbf;
  }
  return {code, length, true};
}

}  // namespace whydrop
