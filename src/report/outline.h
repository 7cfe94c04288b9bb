// Indented lines, one below the other.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/report/layout.h"
#include "src/report/paint.h"

namespace whydrop {

using Lines = std::vector<std::string>;

class Outline {
 public:
  explicit Outline(std::size_t width = kScreenWidth) : width_(width) {}

  void blank() { lines_.emplace_back(); }
  void line(std::size_t indent, std::string_view text) { lines_.push_back(std::string(indent, ' ').append(text)); }
  /// `label` and a wrapped text behind it; nothing when the text is empty.
  void wrapped(std::size_t indent, std::string_view label, std::string_view text) {
    if (!text.empty()) append(hanging(std::string(indent, ' ').append(label), text, width_));
  }
  void command(std::size_t indent, std::string_view text, const Paint& paint) {
    for (const std::string& one : command_lines(text, width_ - indent)) line(indent, paint.bold(one));
  }
  void append(Lines lines) { std::ranges::move(lines, std::back_inserter(lines_)); }

  Lines take() && { return std::move(lines_); }

 private:
  std::size_t width_;
  Lines lines_;
};

/// A newline behind each.
inline std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(line).push_back('\n');
  return text;
}

}  // namespace whydrop
