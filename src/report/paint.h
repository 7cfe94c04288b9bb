// Colour, where a terminal asked for it: four styles, and none that carries meaning alone.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace whydrop {

class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}

  std::string bold(std::string_view text) const { return styled("1", text); }
  std::string dim(std::string_view text) const { return styled("2", text); }
  std::string red(std::string_view text) const { return styled("31", text); }
  std::string yellow(std::string_view text) const { return styled("33", text); }

 private:
  std::string styled(std::string_view code, std::string_view text) const {
    return on_ && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  bool on_;
};

}  // namespace whydrop
