// Small files of /proc.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <system_error>

#include "src/host/readers.h"

namespace whydrop {

std::optional<std::string> file_text(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{1} << 20U;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string text;
  std::array<char, 16384> piece{};
  ssize_t got = 0;
  while (text.size() < kMost && (got = ::read(file, piece.data(), piece.size())) > 0) {
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  return got < 0 ? std::nullopt : std::optional(std::move(text));
}

std::optional<std::int64_t> file_number(const std::string& path) {
  const auto text = file_text(path);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const char* const text_end = std::to_address(text->cend());
  const auto [end, failed] = std::from_chars(text->data(), text_end, number);
  const bool nothing_else = std::string_view(end, text_end).find_first_not_of(" \n") == std::string_view::npos;
  return failed == std::errc() && nothing_else ? std::optional(number) : std::nullopt;
}

std::string setting_path(std::string_view name) {
  std::string path = "/proc/sys/" + std::string(name);
  std::ranges::replace(path, '.', '/');
  return path;
}

std::string system_error(int number) { return std::system_category().message(number); }

}  // namespace whydrop
