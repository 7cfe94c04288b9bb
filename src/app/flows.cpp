// `whydrop flows`: every flow with its facts and verdict, one a line.
#include <fmt/format.h>

#include <utility>

#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/flow_output.h"
#include "src/app/options.h"
#include "src/app/reading.h"
#include "src/core/text.h"
#include "src/report/flow_lines.h"

namespace whydrop {

void for_each_flow_line(const Analysis& analysis, const ReadOptions& options,
                        const std::function<bool(const std::string&)>& take) {
  const FlowPart part{.traffic = analysis.table->traffic(),
                      .carriers = analysis.table->encapsulations().all(),
                      .datagrams = analysis.table->open_datagrams()};
  const PartLines lines{.first_number = options.first_packet,
                        .flows = analysis.assessment.flows.size(),
                        .openings = analysis.openings.size()};
  bool wanted = take(flow_header_line(analysis.assessment.capture, part, lines));
  for (const FlowVerdict& flow : analysis.assessment.flows) {
    if (!wanted) return;
    const FlowDetail* const shown = analysis.table->shown_detail(*flow.record);
    wanted = take(flow_line(flow, shown, shown != analysis.table->detail(*flow.record)));
  }
  for (const Opening& opening : analysis.openings) {
    if (!wanted) return;
    wanted = take(opening_line(opening));
  }
}

ExitStatus run_flows(const Arguments& arguments) {
  CLI::App app("Prints every flow with its facts and verdict, one a line (NDJSON, schema whydrop-flows/1).", "flows");
  ReadOptions options;
  options.details = FlowTable::Details::kept_to_show;
  add_reading_options(app, options);
  if (const auto over = parse(app, arguments)) return *over;
  if (wrong_files(options)) return ExitStatus::trouble;

  auto inputs = secure(Confined::flows, options);
  if (!inputs) return ExitStatus::trouble;
  const Analysis analysis = analyse_with_progress(options, std::move(*inputs));
  const ExitStatus read = complain_about(analysis.errors);
  if (analysis.assessment.capture.files.empty()) return read;
  if (const std::uint64_t folded = analysis.table->traffic().folded; folded != 0) {
    write_error_text(
        fmt::format("whydrop: {} left out to stay within the memory bound; raise --memory\n", counted(folded, "flow")));
  }
  Output output;
  for_each_flow_line(analysis, options, [&](const std::string& line) { return output.write(line); });
  return worse(read, output.finish());
}

}  // namespace whydrop
