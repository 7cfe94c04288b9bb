// The corridor: capture, dissectors, flow, verdict, cause, in that order, from input files to a report.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/capture/input.h"
#include "src/cause/catalog.h"
#include "src/cause/diagnose.h"
#include "src/core/error.h"
#include "src/flow/openings.h"
#include "src/flow/table.h"
#include "src/verdict/assess.h"

namespace whydrop {

struct ReadOptions {
  std::vector<std::string> files;  ///< "-" is standard input
  bool follow = false;             ///< a file that is still being written: until it is over, or the reading is ended
  std::string filter;              ///< pcap-filter(7) syntax: only these packets; empty: all
  std::size_t lone_syns = 0;       ///< FlowTable::bound_lone_syns; 0: no bound
  bool lean = false;               ///< what `live --lean` recorded (core/sampling.h)
  double patience = 1.0;
  std::uint64_t memory = 0;  ///< bytes; 0: the default bound
  unsigned threads = 1;      ///< that share the work, where a file is large
  FlowTable::Details details = FlowTable::Details::while_needed;
  std::uint64_t first_packet = 1;  ///< number of the first packet: above 1 where other parts of the capture precede it
};

/// 1 GiB or a quarter of this host's memory, the smaller.
std::uint64_t default_memory_bound();

std::uint64_t memory_bound(const ReadOptions& options);

/// The table outlives the assessment that points into it.
struct Analysis {
  std::unique_ptr<FlowTable> table;
  Assessment assessment;
  std::vector<Error> errors;      ///< inputs, or parts of them, that could not be read
  std::vector<Opening> openings;  ///< of a part that others precede
};

/// Told after every batch, and while waiting for more, how many bytes of how many (0: unknown) are read; false ends the
/// reading.
using ProgressFunction = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Reads captures, merged by the time of their packets, or what `whydrop flows` printed of them, into flows and judges
/// them. `opened`: the one file, where it is open already.
Analysis analyse(const ReadOptions& options, const ProgressFunction& progress, std::optional<Input> opened = {});

/// Explains what `analyse` found. An analysis that is given away gives its findings without a copy.
Report diagnosed(const Analysis& analysis, const Catalog& catalog, const DiagnoseOptions& options);
Report diagnosed(Analysis&& analysis, const Catalog& catalog, const DiagnoseOptions& options);
Report diagnosed(const Assessment& assessment, const FlowTable& table, const Catalog& catalog,
                 const DiagnoseOptions& options);

}  // namespace whydrop
