// Brackets, commas, escapes.
#include "src/report/json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "src/core/utf8.h"

namespace whydrop {
namespace {

constexpr std::size_t kIndent = 2;

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void append_unit(std::string& out, char32_t unit) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(unit));
}

void append_escaped(std::string& out, char32_t code) {
  constexpr std::u32string_view kShort = U"\b\t\n\f\r\"\\";
  constexpr std::string_view kLetters = "btnfr\"\\";
  if (const std::size_t at = kShort.find(code); at != std::u32string_view::npos) {
    out.append(1, '\\').append(1, kLetters[at]);
  } else if (code < 0x10000) {
    append_unit(out, code);
  } else {  // a surrogate pair of UTF-16
    append_unit(out, 0xd7c0 + (code >> 10U));
    append_unit(out, 0xdc00 + (code & 0x3ffU));
  }
}

}  // namespace

void JsonWriter::write_other(double value) { out_ += Json(value).dump(); }

/// A line break inside a string is escaped, and so cannot be taken for one of the layout.
void JsonWriter::write_other(const Json& tree) {
  const std::string text = dumped(tree, layout_ == Layout::indented ? static_cast<int>(kIndent) : -1);
  for (const char c : std::string_view(text).substr(0, text.size() - 1)) {
    if (c == '\n') new_line();
    else out_ += c;
  }
}

void JsonWriter::write_text(std::string_view text) {
  constexpr char32_t kReplacement = U'\ufffd';
  out_ += '"';
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    out_.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Utf8Character next = first_character(text);
    append_escaped(out_, next.valid ? next.code : kReplacement);
    text.remove_prefix(next.length);
  }
  out_ += '"';
}

void JsonWriter::key(std::string_view name) {
  next();
  write_text(name);
  out_ += layout_ == Layout::indented ? ": " : ":";
}

void JsonWriter::next() {
  if (!is_first_) out_ += ',';
  is_first_ = false;
  new_line();
}

void JsonWriter::begin(char bracket) {
  out_ += bracket;
  ++depth_;
  is_first_ = true;
}

void JsonWriter::end(char bracket) {
  --depth_;
  if (!is_first_) new_line();
  is_first_ = false;
  out_ += bracket;
}

void JsonWriter::new_line() {
  if (layout_ == Layout::indented) out_.append(1, '\n').append(depth_ * kIndent, ' ');
}

}  // namespace whydrop
