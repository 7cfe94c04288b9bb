// Text on the wire, as spans of bytes: lines and words of bounded length, compared without copies.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "src/wire/byte_reader.h"

namespace whydrop {

using Text = std::span<const std::uint8_t>;

constexpr std::uint8_t lower(std::uint8_t c) {
  return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + ('a' - 'A')) : c;
}
constexpr bool is_upper(std::uint8_t c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter(std::uint8_t c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
constexpr bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }
constexpr bool is_printable(std::uint8_t c) { return (c >= ' ' && c < 0x7f) || c == '\t'; }

/// ASCII letters of either case are the same.
inline bool equals(Text text, std::string_view other) {
  return std::ranges::equal(text, other,
                            [](std::uint8_t a, char b) { return lower(a) == lower(static_cast<std::uint8_t>(b)); });
}
inline bool begins(Text text, std::string_view with) {
  return text.size() >= with.size() && equals(text.first(with.size()), with);
}
inline bool ends(Text text, std::string_view with) {
  return text.size() >= with.size() && equals(text.last(with.size()), with);
}

/// What stands before the first `mark`; all of it where there is none.
inline Text before(Text text, char mark) {
  const auto at = std::ranges::find(text, static_cast<std::uint8_t>(mark));
  return text.first(static_cast<std::size_t>(at - text.begin()));
}

inline Text trimmed(Text text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text = text.subspan(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text = text.first(text.size() - 1);
  return text;
}

/// The text's first word; `text` is then what stands behind it and its spaces.
inline Text take_word(Text& text) {
  const Text word = before(text, ' ');
  text = trimmed(text.subspan(word.size()));
  return word;
}

struct Line {
  Text text;           ///< without its end
  bool whole = false;  ///< its end was captured, within kMaxLine
};

/// The first word of a line that is known to the word's end; else none: half a word is another word.
inline Text first_word(const Line& line) {
  const Text word = before(line.text, ' ');
  return line.whole || word.size() < line.text.size() ? word : Text{};
}

/// Three digits alone, as SMTP, FTP, HTTP and SIP begin or name their results; 0: it is none.
inline std::uint16_t status_code(Text text) {
  if (text.size() != 3 || !std::ranges::all_of(text, is_digit)) return 0;
  return static_cast<std::uint16_t>((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
}

/// The next line, as far as it was captured. Longer ones are taken in pieces.
inline Line take_line(ByteReader& in) {
  constexpr std::size_t kMaxLine = 2048;
  const Text ahead = in.rest(kMaxLine);
  const Text line = before(ahead, '\n');
  const bool whole = line.size() < ahead.size();
  in.skip(line.size() + (whole ? 1 : 0));
  return {.text = !line.empty() && line.back() == '\r' ? line.first(line.size() - 1) : line, .whole = whole};
}

}  // namespace whydrop
