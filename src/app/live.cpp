// `whydrop live`: interfaces in, news as they come, a report at the end.
#include <fmt/format.h>

#include <algorithm>

#include "src/app/catalog.h"
#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/live/watch.h"
#include "src/app/options.h"
#include "src/app/reading.h"
#include "src/app/signals.h"
#include "src/capture/devices.h"

namespace whydrop {
namespace {

struct Options {
  LiveOptions capture;
  std::vector<std::string> filter;
  WatchOptions watch;
  CauseOptions causes;
  FailOn fail_on;
  std::string color = "auto";
  bool list = false;
  bool plain = false;
  bool verbose = false;
  bool quiet = false;
  bool json = false;
  bool local_time = false;
};

void add_capture_options(CLI::App& app, Options& options) {
  LiveOptions& capture = options.capture;
  app.add_option("FILTER...", options.filter, "what to capture, as in tcpdump: host 10.9.2.2 and port 443");
  app.add_option("-i", capture.interfaces, "an interface by name or number, or any (any); several are merged")
      ->allow_extra_args(false)
      ->type_name("IFACE");
  app.add_flag("-D", options.list, "list the interfaces, with their numbers");
  app.add_option("-s,--snapshot-length", capture.snap_len, "bytes that are captured of a packet (262144)")
      ->check(CLI::Range(64, 262'144))
      ->type_name("BYTES");
  app.add_option("-B,--buffer-size", capture.buffer, "memory for packets in the kernel, for each interface (16M)")
      ->transform(size_in_bytes())
      ->check(CLI::Range(std::uint64_t{1} << 18U, std::uint64_t{1} << 30U))
      ->type_name("SIZE");
  app.add_flag("--immediate-mode", capture.immediate, "take every packet as it comes, instead of 100 ms of them");
  app.add_flag("--promiscuous", capture.promiscuous, "see packets that are meant for others, too");
}

void add_end_options(CLI::App& app, WatchOptions& watch) {
  app.add_option("--duration", watch.duration, "end after this time, as 90s, 5m, 1h")
      ->transform(time_in_seconds())
      ->type_name("TIME");
  app.add_option("-c", watch.packets, "end after so many packets")->check(CLI::PositiveNumber)->type_name("N");
  app.add_flag("--until-finding", watch.until_finding, "end with the first finding");
  app.add_option("--every", watch.every, "print the report again and again, as 10s")
      ->transform(time_in_seconds())
      ->type_name("TIME");
}

void add_options(CLI::App& app, Options& options) {
  add_capture_options(app, options);
  add_end_options(app, options.watch);
  add_patience_option(app, options.watch.reading.patience);
  add_memory_option(app, options.watch.reading.memory);
  add_cause_options(app, options.causes);
  add_fail_on_option(app, options.fail_on);
  add_colour_option(app, options.color);
  CLI::Option* const verbose = app.add_flag("-v", options.verbose, "reports have every finding, with all its causes");
  CLI::Option* const quiet = app.add_flag("-q", options.quiet, "reports are one line per finding")->excludes(verbose);
  CLI::Option* const json = app.add_flag("--json", options.json, "events and reports as NDJSON");
  json->excludes(verbose)->excludes(quiet);
  app.add_flag("--plain", options.plain, "a line when a finding appears, changes or heals")->excludes(json);
  app.add_flag("--local-time", options.local_time, "times of this host's zone instead of UTC");
}

TextOptions text_options(const Options& options) {
  TextDetail detail = TextDetail::screen;
  if (options.quiet) detail = TextDetail::quiet;
  if (options.verbose) detail = TextDetail::full;
  return {.detail = detail, .color = colour_wanted(options.color), .local_time = options.local_time};
}

ExitStatus list_devices() {
  const auto devices = capture_devices();
  if (!devices) {
    complain(devices.error());
    return ExitStatus::trouble;
  }
  std::string text;
  std::size_t number = 0;
  for (const Device& device : *devices) text += fmt::format("{:>3}  {:<16} {}\n", ++number, device.name, device.about);
  return print(text);
}

ExitStatus watch_and_report(const Options& options, LiveCapture capture, KernelDrops drops, const Catalog& catalog) {
  const InterruptGuard guard;
  Voice voice(text_options(options), options.json);
  Watch watch(std::move(capture), std::move(drops), options.watch, catalog, voice);
  const Analysis analysis = watch.run();
  const ExitStatus seen = complain_about(analysis.errors);
  const Report report = watch.explained(analysis.assessment, *analysis.table);
  voice.say(report, analysis.assessment.capture.last.value_or(Time{}), true);
  const bool failed = std::ranges::any_of(
      report.diagnoses, [&](const Diagnosis& diagnosis) { return options.fail_on.matches(diagnosis.finding); });
  return worse(worse(seen, failed ? ExitStatus::matched : ExitStatus::done), voice.finish());
}

}  // namespace

ExitStatus run_live(const Arguments& arguments) {
  CLI::App app("Says which connections fail on interfaces while they fail, and what most likely does it.", "live");
  Options options;
  add_options(app, options);
  if (const auto over = parse(app, arguments)) return *over;
  if (options.list) return list_devices();
  options.capture.filter = fmt::format("{}", fmt::join(options.filter, " "));
  options.watch.causes.platform = options.causes.platform;
  const auto catalog = catalog_with(options.causes.catalog);
  if (!catalog) return ExitStatus::trouble;
  KernelDrops drops = KernelDrops::open();  // before the capture: no packet of that is dropped unheard
  auto capture = LiveCapture::open(options.capture);
  if (!capture) {
    complain(capture.error());
    return ExitStatus::trouble;
  }
  if (drops.limit()) complain(*drops.limit());
  return watch_and_report(options, std::move(*capture), std::move(drops), *catalog);
}

}  // namespace whydrop
