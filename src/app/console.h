// Standard output and standard error: whole writes, readers that go away, terminals, colour.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/app/run.h"
#include "src/core/error.h"

namespace whydrop {

/// Standard output, written in large pieces.
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// False once nobody reads any more, or the disk is full: the rest need not be produced.
  bool write(std::string_view text);
  /// Writes what is held; false as for `write`.
  bool flush();
  /// Writes what is left. A reader that has gone is no error; anything else is complained about.
  ExitStatus finish();

 private:
  std::string buffer_;
  int failure_ = 0;  ///< errno
};

/// One text, as a whole.
ExitStatus print(std::string_view text);

/// Puts `text` in the place of all that an open file holds. errno, or 0.
int replace_text(int file, std::string_view text);

void write_error_text(std::string_view text);
/// "whydrop: PATH: WHAT, at WHERE; WAY OUT" on a line of standard error.
void complain(const Error& error);

/// --color: auto colours a terminal unless NO_COLOR is set (https://no-color.org) or TERM is dumb.
bool colour_wanted(std::string_view choice);
bool error_is_terminal();
/// Nobody reads standard output any more: its pipe, or the terminal, was closed.
bool output_is_closed();

/// Closed standard streams would lend their numbers to the next file opened; /dev/null takes their place.
void open_standard_streams();

}  // namespace whydrop
