// Reads what `whydrop flows` printed, line by line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "src/flow/join.h"
#include "src/verdict/quality.h"

namespace whydrop {

/// What a header says of the lines that follow.
struct PartLines {
  std::uint64_t first_number = 1;  ///< of the part's first packet; above 1 it follows on another part
  std::uint64_t flows = 0;
  std::uint64_t openings = 0;
};

/// Whether a file that begins so holds flow records.
bool is_flow_lines(std::string_view beginning);
constexpr std::size_t kFlowLinesMagic = 32;  ///< bytes that are enough to tell

class PartReader {
 public:
  /// What is wrong with the line; empty: nothing.
  std::string take(std::string_view line);
  /// What lacks at the end; empty: nothing.
  std::string missing() const;

  bool has_header() const { return has_header_; }
  bool follows_another() const { return lines_.first_number > 1; }
  const PartLines& lines() const { return lines_; }
  /// File 0 of the part is file `first_file` of all: to be said before the first flow is taken.
  void number_files_from(std::uint32_t first_file);

  FlowPart part;
  CaptureSummary capture;  ///< without its notes

 private:
  bool has_header_ = false;
  PartLines lines_;
  std::uint32_t first_file_ = 0;
};

}  // namespace whydrop
