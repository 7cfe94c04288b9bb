// Text on a terminal: what is safe to print, how wide it is, where it may break.
#include "src/report/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <utility>

#include "src/core/utf8.h"

namespace whydrop {
namespace {

/// The character that starts `text`, which is not empty. Of what is not UTF-8, one byte at a time.
Utf8Character decode(std::string_view text) {
  const Utf8Character first = first_character(text);
  return first.valid ? first : Utf8Character{};
}

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

/// Line and paragraph separators and the marks that change the direction of text.
bool is_deceptive(char32_t code) {
  return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

std::size_t columns(char32_t code) {
  if (code >= 0x300 && code < 0x370) return 0;
  struct Range {
    char32_t first;
    char32_t last;
  };
  // East Asian Wide and Fullwidth (Unicode Standard Annex 11), in coarse blocks.
  static constexpr std::array<Range, 8> kWide = {{{0x1100, 0x115f},
                                                  {0x2e80, 0xa4cf},
                                                  {0xac00, 0xd7a3},
                                                  {0xf900, 0xfaff},
                                                  {0xfe30, 0xfe6f},
                                                  {0xff00, 0xff60},
                                                  {0x1f300, 0x1faff},
                                                  {0x20000, 0x3fffd}}};
  const bool wide =
      std::ranges::any_of(kWide, [code](const Range& range) { return code >= range.first && code <= range.last; });
  return wide ? 2 : 1;
}

/// Length of the colour sequence (ESC [ ... m) that starts `text`; 0 when none does.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find('m');
  return end == std::string_view::npos ? 0 : end + 1;
}

constexpr std::string_view kNoColour = "\x1b[0m";

/// How many bytes of `text` fit in `width` columns.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Character next = decode(text.substr(at));
    const std::size_t wide = columns(next.code);
    if (wide > width) break;
    width -= wide;
    at += next.length;
  }
  return at;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (true) {
    const std::size_t start = text.find_first_not_of(' ');
    if (start == std::string_view::npos) return found;
    text.remove_prefix(start);
    const std::size_t end = std::min(text.find(' '), text.size());
    found.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// Words of a command line; a quoted part never ends one.
std::vector<std::string> shell_words(std::string_view command) {
  std::vector<std::string> found;
  std::string word;
  char quote = 0;
  for (std::size_t at = 0; at < command.size(); ++at) {
    const char c = command[at];
    if (c == ' ' && quote == 0) {
      if (!word.empty()) found.push_back(std::exchange(word, {}));
      continue;
    }
    word += c;
    if (c == '\\' && quote != '\'' && at + 1 < command.size()) word += command[++at];
    else if (quote == 0 && (c == '\'' || c == '"')) quote = c;
    else if (c == quote) quote = 0;
  }
  if (!word.empty()) found.push_back(std::move(word));
  return found;
}

/// Verb-Noun, as in Get-NetFirewallRule.
bool is_powershell(std::string_view first_word) {
  const std::size_t dash = first_word.find('-');
  return dash != std::string_view::npos && dash + 1 < first_word.size() &&
         std::isupper(static_cast<unsigned char>(first_word[0])) != 0 &&
         std::isupper(static_cast<unsigned char>(first_word[dash + 1])) != 0;
}

std::vector<std::string> broken_command(const std::vector<std::string>& command, std::size_t width) {
  const std::string_view continued = is_powershell(command.front()) ? " `" : " \\";
  constexpr std::string_view kIndent = "    ";
  std::vector<std::string> lines;
  std::string line = command.front();
  for (std::size_t at = 1; at < command.size(); ++at) {
    const bool last = at + 1 == command.size();
    const std::size_t needed = display_width(line) + 1 + display_width(command[at]) + (last ? 0 : continued.size());
    if (needed > width) {
      lines.push_back(line + std::string(continued));
      line = std::string(kIndent) + command[at];
    } else {
      line += ' ' + command[at];
    }
  }
  lines.push_back(line);
  return lines;
}

/// Nearly all text: every byte is a character that takes a column.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// Taking it apart into words and joining them again changes nothing.
bool is_single_spaced(std::string_view text) {
  return !text.starts_with(' ') && !text.ends_with(' ') && text.find("  ") == std::string_view::npos;
}

}  // namespace

std::string printable(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const Utf8Character next = decode(text);
    const std::string_view bytes = text.substr(0, next.length);
    if (next.valid && !is_control(next.code) && !is_deceptive(next.code)) {
      out += bytes;
    } else {
      for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(c));
    }
    text.remove_prefix(next.length);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  if (is_plain(text)) return text.size();
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t colour = colour_length(text);
    const Utf8Character next = decode(text);
    if (colour == 0) width += columns(next.code);
    text.remove_prefix(colour != 0 ? colour : next.length);
  }
  return width;
}

std::string pad_right(std::string text, std::size_t width) {
  const std::size_t taken = display_width(text);
  if (taken < width) text.append(width - taken, ' ');
  return text;
}

std::string pad_left(std::string text, std::size_t width) {
  const std::size_t taken = display_width(text);
  if (taken < width) text.insert(0, width - taken, ' ');
  return text;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  return std::string(text.substr(0, fitting(text, width - 3))) + "...";
}

std::string shortened_middle(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  const std::size_t kept = width - 3;
  const std::size_t head = fitting(text, kept / 3);
  std::size_t tail = head;
  while (display_width(text.substr(tail)) > kept - kept / 3) tail += decode(text.substr(tail)).length;
  return fmt::format("{}...{}", text.substr(0, head), text.substr(tail));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  if (is_single_spaced(text) && display_width(text) <= width) return {std::string(text)};
  std::vector<std::string> lines;
  std::string line;
  std::size_t taken = 0;  // columns of the line
  for (std::string_view word : words(text)) {
    std::size_t needed = display_width(word);
    if (!line.empty() && taken + 1 + needed > width) {
      lines.push_back(std::exchange(line, {}));
      taken = 0;
    }
    while (needed > width) {
      const std::size_t fits = std::max(fitting(word, width), decode(word).length);
      lines.emplace_back(word.substr(0, fits));
      word.remove_prefix(fits);
      needed = display_width(word);
    }
    taken += needed + (line.empty() ? 0 : 1);
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> hanging(std::string_view first, std::string_view text, std::size_t width) {
  const std::size_t indent = display_width(first);
  constexpr std::size_t kLeast = 10;
  std::vector<std::string> lines = wrap(text, std::max(width, indent + kLeast) - indent);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    lines[at].insert(0, at == 0 ? std::string(first) : std::string(indent, ' '));
  }
  return lines;
}

std::vector<std::string> folded(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::string colours;
  std::size_t taken = 0;
  while (!text.empty()) {
    const std::size_t colour = colour_length(text);
    const Utf8Character next = decode(text);
    const std::string_view bytes = text.substr(0, colour != 0 ? colour : next.length);
    if (colour != 0) {
      colours = bytes == kNoColour ? "" : colours.append(bytes);
    } else if (taken + columns(next.code) > width) {
      if (!colours.empty()) lines.back() += kNoColour;
      lines.push_back(colours);
      taken = 0;
    }
    lines.back() += bytes;
    taken += colour != 0 ? 0 : columns(next.code);
    text.remove_prefix(bytes.size());
  }
  return lines;
}

std::string in_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8Character next = decode(text);
    if (next.valid && next.code < 0x80) out += text.front();
    else if (next.code == U'µ') out += 'u';
    else out.append(columns(next.code), '?');
    text.remove_prefix(next.length);
  }
  return out;
}

std::vector<std::string> command_lines(std::string_view command, std::size_t width) {
  std::vector<std::string> lines;
  while (!command.empty()) {
    const std::size_t end = std::min(command.find('\n'), command.size());
    const std::string one = printable(command.substr(0, end));
    if (display_width(one) <= width) {
      if (!one.empty()) lines.push_back(one);
    } else {
      for (std::string& line : broken_command(shell_words(one), width)) lines.push_back(std::move(line));
    }
    command.remove_prefix(std::min(end + 1, command.size()));
  }
  return lines;
}

}  // namespace whydrop
