// `whydrop flows`: every flow with its facts and verdict, one a line.
#include <fmt/format.h>

#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/options.h"
#include "src/app/reading.h"
#include "src/core/text.h"
#include "src/report/flow_lines.h"

namespace whydrop {

ExitStatus run_flows(const Arguments& arguments) {
  CLI::App app("Prints every flow with its facts and verdict, one a line (NDJSON, schema whydrop-flows/1).", "flows");
  ReadOptions options;
  options.details = FlowTable::Details::always;
  add_reading_options(app, options);
  if (const auto over = parse(app, arguments)) return *over;
  if (wrong_files(options)) return ExitStatus::trouble;

  const Analysis analysis = analyse_with_progress(options);
  const ExitStatus read = complain_about(analysis.errors);
  if (analysis.assessment.capture.files.empty()) return read;
  if (const std::uint64_t folded = analysis.table->traffic().folded; folded != 0) {
    write_error_text(
        fmt::format("whydrop: {} left out to stay within the memory bound; raise --memory\n", counted(folded, "flow")));
  }
  Output output;
  bool wanted = output.write(flow_header_line(analysis.assessment.capture));
  for (const FlowVerdict& flow : analysis.assessment.flows) {
    if (!wanted) break;
    wanted = output.write(flow_line(flow));
  }
  return worse(read, output.finish());
}

}  // namespace whydrop
