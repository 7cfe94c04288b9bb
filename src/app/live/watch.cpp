// Reads, tracks, and once a second counts losses, judges and tells.
#include "src/app/live/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dissectors/registry.h"
#include "src/app/run.h"
#include "src/app/signals.h"
#include "src/core/text.h"
#include "src/core/wall_clock.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr auto kPace = 1s;
constexpr auto kTick = 200ms;      // no wait for packets is longer
constexpr int kJudgingShare = 10;  // judging many flows may take this part of the time, no more

std::chrono::steady_clock::duration of_seconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
}

/// For telling whether two judgements found the same.
std::vector<std::pair<VerdictId, PacketRef>> failures(const Assessment& assessment) {
  std::vector<std::pair<VerdictId, PacketRef>> found;
  found.reserve(assessment.findings.size());
  for (const Finding& finding : assessment.findings) found.emplace_back(finding.verdict, finding.first_packet);
  std::ranges::sort(found);
  return found;
}

CaptureEvent event_of(const LiveNotice& notice) {
  const Time now = wall_clock();
  switch (notice.kind) {
    case LiveNotice::Kind::down:
      return {.kind = "interface-down", .time = now, .interface = notice.interface, .what = "went down"};
    case LiveNotice::Kind::up:
      return {.kind = "interface-up", .time = now, .interface = notice.interface, .what = "is up again"};
    case LiveNotice::Kind::gone:
      return {.kind = "interface-gone", .time = now, .interface = notice.interface, .what = "is gone"};
    case LiveNotice::Kind::moved:
      return {.kind = "interface-moved",
              .time = now,
              .interface = notice.interface,
              .what = "was moved to another network namespace"};
    case LiveNotice::Kind::lost: break;
  }
  return {.kind = "packets-lost",
          .time = now,
          .interface = notice.interface,
          .what = fmt::format("lost {}: what silence shows is less certain", counted(notice.packets, "packet")),
          .packets = notice.packets};
}

}  // namespace

Watch::Watch(WatchHandles handles, const WatchOptions& options, const Catalog& catalog, Voice& voice)
    : capture_(std::move(handles.capture)),
      drops_(std::move(handles.drops)),
      options_(options),
      catalog_(catalog),
      voice_(voice),
      judging_(options.reading),
      metrics_server_(std::move(handles.metrics)) {
  if (handles.evidence) recorder_.emplace(std::move(*handles.evidence), options.ring);
  start_ = wall_clock();
  const auto start = Clock::now();
  if (options.duration > 0) end_ = start + of_seconds(options.duration);
  if (options.every > 0) next_report_ = start + of_seconds(options.every);
}

Analysis Watch::run() {
  voice_.say({.kind = "started",
              .time = wall_clock(),
              .interface = capture_.file().path,
              .what = "is watched; Ctrl-C ends it with the report"});
  while (!is_over()) {
    read(kTick);
    if (Screen* const screen = voice_.screen()) screen->answer();
    serve_metrics();
    drops_.read();
    if (Clock::now() >= next_look_) look();
    if (Clock::now() >= next_judging_) judge();
    if (Clock::now() >= next_report_) report();
  }
  voice_.leave_screen();
  drain();
  drops_.read();
  look();
  judge();
  if (recorder_) recorder_->files().flush();
  save_evidence();
  return finish();
}

bool Watch::is_over() const {
  const std::uint64_t packets = capture_.file().packets;
  return InterruptGuard::interrupted() || !voice_.is_heard() || capture_.ended() || Clock::now() >= end_ ||
         (options_.packets != 0 && packets >= options_.packets) || (options_.until_finding && found_);
}

void Watch::read(std::chrono::milliseconds at_most) {
  std::size_t room = batch_.size();
  if (options_.packets != 0) room = std::min(room, options_.packets - capture_.file().packets);
  const int other = voice_.screen() != nullptr ? Screen::input() : LiveCapture::kNoOther;
  auto frames = std::span<const Frame>(batch_).first(capture_.read(std::span(batch_).first(room), at_most, other));
  while (!frames.empty()) {
    const std::size_t some = std::min(views_.size(), frames.size());
    track(frames.first(some));
    frames = frames.subspan(some);
  }
  save_evidence();
}

void Watch::serve_metrics() {
  if (!metrics_server_) return;
  metrics_server_->serve([this]() -> std::string_view {
    const auto now = Clock::now();
    if (now >= next_metrics_) {
      metrics_text_ = metrics_text(metrics());
      next_metrics_ = now + kPace;  // however often somebody asks
    }
    return metrics_text_;
  });
}

WatchMetrics Watch::metrics() const {
  WatchMetrics metrics{.version = std::string(version()),
                       .start = std::chrono::duration<double>(start_.time_since_epoch()).count(),
                       .packets = capture_.file().packets,
                       .bytes = capture_.file().bytes,
                       .interfaces = capture_.health(),
                       .flows = flows_,
                       .memory = judging_.table().memory_used(),
                       .memory_bound = memory_bound(options_.reading),
                       .judgements = judgements_,
                       .judging = std::chrono::duration<double>(judging_time_).count()};
  for (const CaptureInterface& interface : capture_.file().interfaces) {
    metrics.sources.push_back({.interface = interface.name, .lost = interface.dropped.value_or(0)});
  }
  changes_.each_known([&](const Diagnosis& diagnosis, bool healed) {
    const FindingEndpoint& server = diagnosis.finding.server;
    metrics.findings.push_back(
        {.verdict = diagnosis.finding.verdict,
         .server = server.address ? endpoint_text(*server.address, server.port.value_or(0)) : std::string(),
         .attempts = diagnosis.finding.count,
         .healed = healed});
  });
  if (recorder_) {
    metrics.evidence = {
        .packets = recorder_->files().packets(), .memory = options_.ring, .writing = !recorder_->files().trouble()};
  }
  return metrics;
}

void Watch::save_evidence() {
  if (!recorder_ || evidence_ended_) return;
  recorder_->files().flush();
  evidence_ended_ = recorder_->files().trouble();
  if (!evidence_ended_) return;
  voice_.say({.kind = "evidence-ended",
              .time = wall_clock(),
              .interface = evidence_ended_->path,
              .what = evidence_ended_->what + "; nothing more is kept, the watch goes on"});
}

void Watch::track(std::span<const Frame> frames) {
  for (std::size_t at = 0; at < frames.size(); ++at) dissect(dissectors(), frames[at], views_[at]);
  judging_.table().add(frames, std::span(views_).first(frames.size()));
  if (recorder_) recorder_->add(frames, std::span(views_).first(frames.size()));
}

/// What was captured before the end is still on its way to us.
void Watch::drain() {
  const Time end = wall_clock();
  const auto give_up = Clock::now() + 500ms;
  while (capture_.complete_until() < end && Clock::now() < give_up && !capture_.ended()) {
    if (options_.packets != 0 && capture_.file().packets >= options_.packets) return;
    read(50ms);
  }
}

void Watch::look() {
  next_look_ = Clock::now() + kPace;
  for (const LiveNotice& notice : capture_.look()) voice_.say(event_of(notice));
  if (Screen* const screen = voice_.screen()) screen->counted(counts(), wall_clock());
}

LiveCounts Watch::counts() {
  const TrafficFacts& traffic = judging_.table().traffic();
  return {.packets = traffic.packets,
          .bytes = traffic.bytes,
          .memory = judging_.table().memory_used(),
          .lost = summary().dropped,
          .health = capture_.health()};
}

/// Packets go on coming meanwhile.
Assessment Watch::so_far() {
  Assessment assessment = judging_.so_far(summary(), capture_.complete_until(), [this] { capture_.set_aside(); });
  drops_.explain(assessment);
  return assessment;
}

void Watch::judge() {
  const auto begun = Clock::now();
  Assessment assessment = so_far();
  const HostKnowledge host = knowledge();
  DiagnoseOptions causes = causes_with(host);
  causes.in_full = voice_.screen() != nullptr ? Board::kMost : 0;  // lines need the ranking alone
  Report report = diagnosed(assessment, judging_.table(), catalog_, causes);
  capture_.set_aside();
  const std::vector<FindingChange> changes = changes_.update(report, recoveries(assessment, wall_clock()));
  capture_.set_aside();
  tell(changes, assessment, causes);
  if (recorder_) recorder_->judged(assessment, changes_.standing());
  flows_ = report.flows;
  if (Screen* const screen = voice_.screen()) {
    screen->judged(std::move(report), changes_.standing(), changes, wall_clock());
  }
  judging_.recycle(std::move(assessment));
  const auto taken = Clock::now() - begun;
  judging_time_ += taken;
  ++judgements_;
  next_judging_ = Clock::now() + std::max<Clock::duration>(kPace, taken * kJudgingShare);
}

void Watch::tell(const std::vector<FindingChange>& changes, const Assessment& assessment,
                 const DiagnoseOptions& causes) {
  for (const FindingChange& change : changes) {
    capture_.set_aside();
    const Diagnosis diagnosis =
        change.gone ? *change.gone : diagnose_one(catalog_, assessment, assessment.findings[change.at], causes);
    voice_.say(
        {.change = change.change, .time = wall_clock(), .id = change.id, .what = change.what, .diagnosis = diagnosis},
        assessment.capture);
    const bool fails = change.change != Change::healed && diagnosis.finding.severity != Severity::information;
    found_ = found_ || fails;
  }
}

void Watch::report() {
  next_report_ = Clock::now() + of_seconds(options_.every);
  const Assessment assessment = so_far();
  voice_.say(explained(assessment, judging_.table()), wall_clock(), false);
}

HostKnowledge Watch::knowledge() const {
  HostKnowledge host{.latest = read_host(), .changes = std::nullopt};
  host.changes = difference(before_, host.latest);
  return host;
}

DiagnoseOptions Watch::causes_with(const HostKnowledge& host) {
  DiagnoseOptions causes = options_.causes;
  causes.host = &host;
  causes.breathe = [this] { capture_.set_aside(); };
  return causes;
}

Report Watch::explained(const Assessment& assessment, const FlowTable& table) {
  const HostKnowledge host = knowledge();
  return diagnosed(assessment, table, catalog_, causes_with(host));
}

CaptureSummary Watch::summary() const {
  const CaptureFile& file = capture_.file();
  CaptureSummary summary;
  summary.files.push_back(
      {.path = file.path, .format = file.format, .packets = file.packets, .cut_at = std::nullopt, .damaged = false});
  for (const CaptureInterface& interface : file.interfaces) {
    summary.dropped += interface.dropped.value_or(0);
    add_new(summary.link_types, interface.link_type);
    if (!interface.filter.empty()) add_new(summary.filters, interface.filter);
  }
  return summary;
}

std::vector<Error> Watch::errors() const {
  std::vector<Error> errors;
  if (capture_.ended()) {
    errors.push_back({capture_.file().path, "is gone, and with it all that was watched", "",
                      "the report is of what came before; start again when it is back"});
  }
  if (evidence_ended_) errors.push_back(*evidence_ended_);
  return errors;
}

/// The report of a file with these packets, unless it takes the silence behind the last of them, which no file holds,
/// to know what has failed.
Analysis Watch::finish() {
  const Time until = capture_.complete_until();
  const bool silence_tells =
      failures(judging_.so_far(summary(), until)) != failures(judging_.so_far(summary(), Time{}));
  Analysis analysis = std::move(judging_).finish(summary(), errors(), silence_tells ? until : Time{});
  drops_.explain(analysis.assessment);
  return analysis;
}

}  // namespace whydrop
