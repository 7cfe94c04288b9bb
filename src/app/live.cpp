// `whydrop live`: interfaces in, news as they come, a report at the end.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "src/app/catalog.h"
#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/live/watch.h"
#include "src/app/options.h"
#include "src/app/reading.h"
#include "src/app/sandbox/sandbox.h"
#include "src/app/signals.h"
#include "src/capture/devices.h"
#include "src/capture/lean.h"
#include "src/core/wall_clock.h"

namespace whydrop {
namespace {

// No host has so many connections that are about to open, except under a flood.
constexpr std::size_t kMostLoneSyns = std::size_t{1} << 18U;

struct Options {
  LiveOptions capture;
  std::vector<std::string> filter;
  WatchOptions watch;
  EvidenceOptions evidence;
  std::string metrics;
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
  app.add_flag("--lean", capture.lean, "leave to the kernel what verdicts can do without: for links too fast to watch");
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

/// For CLI11, behind size_in_bytes(): empty where evidence fits.
std::string check_evidence_size(const std::string& bytes) {
  return std::stoull(bytes) >= EvidenceOptions::kLeast ? "" : "less than 1M, which a few packets fill";
}

void add_evidence_options(CLI::App& app, EvidenceOptions& evidence) {
  CLI::Option* const file =
      app.add_option("-w", evidence.path,
                     "keep the packets of failed flows as pcapng, each with a comment that says of which finding: what "
                     "came before the failure, too, as far as a quarter of --memory holds it, and of each finding the "
                     "first 64 flows. FILE and FILE.1 are overwritten and take turns")
          ->allow_extra_args(false)
          ->type_name("FILE");
  app.add_option("--max-size", evidence.most, "bound for FILE and FILE.1 together, as 20M (100M)")
      ->transform(size_in_bytes())
      ->check(CLI::Validator(check_evidence_size, ""))
      ->needs(file)
      ->type_name("SIZE");
}

std::string check_listen_address(const std::string& text) {
  return ListenAddress::parse(text) ? "" : fmt::format("'{}' is no address and port such as 127.0.0.1:9100", text);
}

void add_metrics_option(CLI::App& app, std::string& where) {
  app.add_option("--metrics", where,
                 "serve figures to Prometheus at http://ADDR:PORT/metrics; without ADDR to this host only. Beyond a "
                 "hundred pairs of verdict and server the rest is summed as \"other\"")
      ->check(CLI::Validator(check_listen_address, ""))
      ->allow_extra_args(false)
      ->type_name("ADDR:PORT");
}

void add_options(CLI::App& app, Options& options) {
  add_capture_options(app, options);
  add_end_options(app, options.watch);
  add_evidence_options(app, options.evidence);
  add_metrics_option(app, options.metrics);
  add_patience_option(app, options.watch.reading.patience);
  add_memory_option(app, options.watch.reading.memory);
  add_cause_options(app, options.causes);
  add_fail_on_option(app, options.fail_on);
  add_colour_option(app, options.color);
  CLI::Option* const verbose = app.add_flag("-v", options.verbose, "reports have every finding, with all its causes");
  CLI::Option* const quiet = app.add_flag("-q", options.quiet, "reports are one line per finding")->excludes(verbose);
  CLI::Option* const json = app.add_flag("--json", options.json, "events and reports as NDJSON");
  json->excludes(verbose)->excludes(quiet);
  app.add_flag(
         "--plain", options.plain,
         "a line when a finding appears, changes or heals; on a terminal that is so with -q or --every, too, else "
         "the whole screen is used")
      ->excludes(json);
  app.add_flag("--local-time", options.local_time, "times of this host's zone instead of UTC");
}

TextOptions text_options(const Options& options) {
  TextDetail detail = TextDetail::screen;
  if (options.quiet) detail = TextDetail::quiet;
  if (options.verbose) detail = TextDetail::full;
  return {.detail = detail, .color = colour_wanted(options.color), .local_time = options.local_time};
}

/// On a terminal, unless something else is wanted.
std::unique_ptr<Screen> screen_for(const Options& options, const LiveCapture& capture) {
  if (options.plain || options.json || options.quiet || options.watch.every > 0) return nullptr;
  auto terminal = Terminal::begin();
  if (!terminal) return nullptr;
  return std::make_unique<Screen>(std::move(terminal), Board(capture.file().path, options.capture.filter, wall_clock()),
                                  ViewStyle{.color = colour_wanted(options.color), .local_time = options.local_time});
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

std::expected<WatchHandles, Error> open_handles(const Options& options) {
  std::optional<MetricsServer> metrics;
  if (const auto where = ListenAddress::parse(options.metrics)) {
    auto server = MetricsServer::open(*where);
    if (!server) return std::unexpected(server.error());
    metrics = std::move(*server);
  }
  KernelDrops drops = KernelDrops::open();  // before the capture: no packet of that is dropped unheard
  auto capture = LiveCapture::open(options.capture);
  if (!capture) return std::unexpected(capture.error());
  WatchHandles handles{.capture = std::move(*capture), .drops = std::move(drops), .metrics = std::move(metrics)};
  if (!options.evidence.path.empty()) {
    auto files = EvidenceFiles::open(options.evidence, handles.capture.file().interfaces);
    if (!files) return std::unexpected(files.error());
    handles.evidence = std::move(*files);
  }
  return handles;
}

/// What waits while flows are judged, and what waits to become evidence, take their shares of the memory.
void share_memory(Options& options) {
  constexpr std::uint64_t kAsideShare = 8;
  constexpr std::uint64_t kRingShare = 4;
  WatchOptions& watch = options.watch;
  const std::uint64_t bound = memory_bound(watch.reading);
  const std::uint64_t aside = bound / kAsideShare;
  options.capture.aside = aside / std::max<std::size_t>(1, options.capture.interfaces.size());
  watch.ring = options.evidence.path.empty() ? 0 : bound / kRingShare;
  watch.reading.memory = bound - aside - watch.ring;
}

Profile profile_of_watch(const WatchHandles& handles, bool on_screen) {
  Profile profile = profile_of(Confined::live);
  if (on_screen) profile.needs.push_back(Need::terminal);
  if (handles.metrics) profile.needs.push_back(Need::clients);
  if (handles.evidence) std::ranges::copy(handles.evidence->descriptors(), std::back_inserter(profile.outputs));
  return profile;
}

/// A host in trouble has better things to do.
void give_way() {
  constexpr int kNiceness = 10;
  ::setpriority(PRIO_PROCESS, 0, std::max(kNiceness, ::getpriority(PRIO_PROCESS, 0)));
}

ExitStatus watch_and_report(const Options& options, WatchHandles handles, const Catalog& catalog) {
  give_way();
  const InterruptGuard guard;
  Voice voice(text_options(options), options.json, screen_for(options, handles.capture));
  // All that is to be opened is open.
  const auto sandbox = enter_sandbox(profile_of_watch(handles, voice.screen() != nullptr));
  if (!sandbox) return ExitStatus::trouble;
  Watch watch(std::move(handles), options.watch, catalog, voice);
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
  const bool cut_as_wished = app.count("-s") != 0;
  if (options.capture.lean && !cut_as_wished) options.capture.snap_len = kLeanSnapLen;
  options.watch.reading.lean = options.capture.lean;
  options.watch.reading.lone_syns = kMostLoneSyns;
  options.capture.filter = fmt::format("{}", fmt::join(options.filter, " "));
  options.watch.causes.platform = options.causes.platform;
  const auto catalog = catalog_with(options.causes.catalog);
  if (!catalog) return ExitStatus::trouble;
  share_memory(options);
  auto handles = open_handles(options);
  if (!handles) {
    complain(handles.error());
    return ExitStatus::trouble;
  }
  if (handles->drops.limit()) complain(*handles->drops.limit());
  return watch_and_report(options, std::move(*handles), *catalog);
}

}  // namespace whydrop
