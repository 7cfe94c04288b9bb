// Text on a terminal: safe characters, widths in columns, wrapping, and commands that survive copy and paste.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whydrop {

/// The smallest screen that reports are made for; one line is left to the shell's next prompt.
inline constexpr std::size_t kScreenWidth = 80;
inline constexpr std::size_t kScreenLines = 23;

/// `text` with every control character (C0, DEL, C1) and every byte that is not UTF-8 as \xNN. Whatever came from
/// packets or file names passes through here before it reaches a terminal.
std::string printable(std::string_view text);

/// Columns that `text` takes: wide characters two, combining marks and our own colour sequences none.
std::size_t display_width(std::string_view text);

/// `text` and spaces up to `width` columns; longer text stays as it is.
std::string pad_right(std::string text, std::size_t width);
std::string pad_left(std::string text, std::size_t width);

/// `text` within `width` columns; what does not fit becomes "..." at its end.
std::string shortened(std::string_view text, std::size_t width);
/// The same, but in its middle: both ends of a path say something.
std::string shortened_middle(std::string_view text, std::size_t width);

/// Words of `text` on lines of at most `width` columns; a word longer than that is cut.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `first` and `text`, wrapped to `width`, or to what leaves some columns for the text; further lines are indented by
/// the width of `first`.
std::vector<std::string> hanging(std::string_view first, std::string_view text, std::size_t width = kScreenWidth);

/// `text` cut into lines of at most `width` columns, wherever that falls; a colour goes on in the next line.
std::vector<std::string> folded(std::string_view text, std::size_t width);

/// Each character beyond ASCII as a similar one of the same width, or as "?": for terminals that know no UTF-8.
std::string in_ascii(std::string_view text);

/// A command as printable lines to paste, each at most `width` columns where the shell allows it: broken at spaces
/// outside of quotes, with a backslash (PowerShell: a backtick). A longer word stays whole.
std::vector<std::string> command_lines(std::string_view command, std::size_t width = kScreenWidth);

}  // namespace whydrop
