// The input files: in which order they are read, and how large they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/capture/merged.h"

namespace whydrop {

/// What a look into the inputs showed.
struct Inputs {
  std::vector<Input> flow_files;  ///< they hold what `whydrop flows` printed
  std::vector<Input> opened;      ///< captures that need not be opened again, or, as pipes, cannot
  std::vector<Error> errors;
};

/// Takes out of `files` those that hold flow records, and pipes in which there is nothing to read. `opened`: the one
/// file, where it is open already.
Inputs look_into(std::vector<std::string>& files, std::optional<Input> opened);

/// Files of one capture in the order of their first packets: rotated files come by name, by time or shuffled. Files
/// without packets stay where they are given, and so does everything, undated, when an input is a pipe: looking inside
/// would use it up.
std::vector<DatedFile> in_time_order(const std::vector<std::string>& files);

/// Bytes of all files, of which some are `opened`; 0 when one of them has no size to know.
std::uint64_t total_size(const std::vector<std::string>& files, const std::vector<Input>& opened);

}  // namespace whydrop
