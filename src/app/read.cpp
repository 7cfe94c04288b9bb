// `whydrop read`: captures in, a report for a person or a program out.
#include <algorithm>
#include <utility>

#include "src/app/catalog.h"
#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/host_files.h"
#include "src/app/options.h"
#include "src/app/reading.h"
#include "src/report/json.h"
#include "src/report/text.h"

namespace whydrop {
namespace {

struct Options {
  ReadOptions reading;
  CauseOptions causes;
  std::vector<std::string> host;  ///< --host FILE, once or twice
  FailOn fail_on;
  std::string color = "auto";
  bool verbose = false;
  bool quiet = false;
  bool json = false;
  bool scores = false;
  bool local_time = false;
};

void add_options(CLI::App& app, Options& options) {
  add_reading_options(app, options.reading);
  add_cause_options(app, options.causes);
  app.add_option("--host", options.host, "what whydrop snapshot printed on the capturing host; twice: before and after")
      ->allow_extra_args(false)
      ->type_name("FILE");
  add_fail_on_option(app, options.fail_on);
  add_colour_option(app, options.color);
  CLI::Option* const verbose = app.add_flag("-v", options.verbose, "every finding, with all its causes and checks");
  CLI::Option* const quiet = app.add_flag("-q", options.quiet, "one line per finding")->excludes(verbose);
  app.add_flag("--json", options.json, "the report as JSON, schema whydrop/1")->excludes(verbose)->excludes(quiet);
  app.add_flag("--scores", options.scores, "each cause's score as its sum (with --json, or -v)")->excludes(quiet);
  app.add_flag("--local-time", options.local_time, "times of this host's zone instead of UTC");
}

TextDetail text_detail(const Options& options) {
  if (options.quiet) return TextDetail::quiet;
  return options.verbose || options.scores ? TextDetail::full : TextDetail::screen;
}

DiagnoseOptions diagnose_options(const Options& options, const HostFiles& host) {
  DiagnoseOptions wanted{.platform = options.causes.platform,
                         .host = host.knowledge ? &*host.knowledge : nullptr,
                         .threads = options.reading.threads};
  if (options.json) return wanted;
  if (text_detail(options) == TextDetail::quiet) wanted.in_full = 0;
  if (text_detail(options) == TextDetail::screen) wanted.in_full = 1;  // the one that the screen opens
  return wanted;
}

ExitStatus print(const Report& report, const Options& options) {
  Output output;
  const Print write = [&](std::string_view piece) { output.write(piece); };
  if (options.json) {
    json_report(report, {.scores = options.scores}, write);
  } else {
    text_report(report,
                {.detail = text_detail(options),
                 .color = colour_wanted(options.color),
                 .scores = options.scores,
                 .local_time = options.local_time,
                 .threads = options.reading.threads},
                write);
  }
  return output.finish();
}

bool failed_on(const Report& report, const FailOn& fail_on) {
  return std::ranges::any_of(report.diagnoses,
                             [&](const Diagnosis& diagnosis) { return fail_on.matches(diagnosis.finding); });
}

}  // namespace

ExitStatus run_read(const Arguments& arguments) {
  CLI::App app("Says which connections in captures failed, what most likely did it, and what to run next.", "read");
  Options options;
  add_options(app, options);
  if (const auto over = parse(app, arguments)) return *over;
  if (wrong_files(options.reading)) return ExitStatus::trouble;
  const auto catalog = catalog_with(options.causes.catalog);
  if (!catalog) return ExitStatus::trouble;

  auto inputs = secure(Confined::read, options.reading, options.host);
  if (!inputs) return ExitStatus::trouble;
  const HostFiles host = read_host_files(options.host);
  Analysis analysis = analyse_with_progress(options.reading, std::move(*inputs));
  const ExitStatus read = worse(host.status, complain_about(analysis.errors));
  if (analysis.assessment.capture.files.empty()) return read;
  const Report report = diagnosed(std::move(analysis), *catalog, diagnose_options(options, host));
  const ExitStatus judged = failed_on(report, options.fail_on) ? ExitStatus::matched : ExitStatus::done;
  return worse(worse(read, judged), print(report, options));
}

}  // namespace whydrop
