// The corridor, walked once: frames become packet facts, facts become flows, flows are judged, findings explained.
#include "src/app/pipeline.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "dissectors/registry.h"
#include "src/app/flow_files.h"
#include "src/app/inputs.h"
#include "src/app/judging.h"
#include "src/app/shared_reading.h"
#include "src/capture/frame_filter.h"
#include "src/capture/merged.h"
#include "src/core/memory_helper.h"

namespace whydrop {
namespace {

constexpr std::size_t kBatch = 512;
constexpr std::size_t kFitsAlways = 32;  // so many new flows fit into a table that holds half of its bound

/// One walk over all inputs.
class Reading {
 public:
  Reading(const ReadOptions& options, const ProgressFunction& progress, Inputs inputs,
          std::optional<FrameFilter> filter)
      : total_(options.follow ? 0 : total_size(options.files, inputs.opened)),
        captures_(in_time_order(options.files), waiting(options), std::move(inputs.opened)),
        progress_(progress),
        filter_(std::move(filter)),
        threads_(std::min(options.threads, Shares::kMostTables)),
        judging_(options),
        first_packet_(options.first_packet),
        errors_(std::move(inputs.errors)) {
    constexpr std::uint64_t kOpeningsShare = 4;
    if (first_packet_ > 1) openings_.emplace(memory_bound(options) / kOpeningsShare);
  }

  /// Nothing where several threads read, and did not meet the same.
  std::optional<Analysis> finish() && {
    const SharedEnd shared = is_large() ? read_with_others() : SharedEnd::rest;
    if (shared == SharedEnd::wrong) return std::nullopt;
    if (shared == SharedEnd::rest) read_rest();
    judging_.table().adopt(std::move(shares_));
    for (const MergedCaptures::File& file : captures_.files()) add_file(file);
    if (filter_) {
      add_new(capture_.filters, filter_->expression());
      if (filter_->error()) errors_.push_back(*filter_->error());
    }
    capture_.files_overlap = captures_.overlap();
    errors_.insert(errors_.end(), captures_.errors().begin(), captures_.errors().end());
    Analysis analysis = std::move(judging_).finish(std::move(capture_), std::move(errors_));
    if (openings_) analysis.openings = std::move(*openings_).take();
    return analysis;
  }

 private:
  WaitForMore waiting(const ReadOptions& options) const {
    return options.follow ? WaitForMore([this] { return wait(); }) : nullptr;
  }

  bool is_large() const { return total_ >= Input::kLarge; }

  SharedEnd read_with_others() {
    const bool is_whole = first_packet_ == 1 && !filter_;
    Source* const source = threads_ > 1 && is_whole ? captures_.only_source() : nullptr;
    if (source == nullptr || !source->chunk_reader()) return SharedEnd::rest;
    shares_ = judging_.divide(shares_for(threads_, *source));
    std::vector<FlowTable*> tables{&judging_.table()};
    for (const auto& table : shares_) tables.push_back(table.get());
    return read_shared(*source, tables, [this](std::uint64_t place) { return !progress_ || progress_(place, total_); });
  }

  void read_rest() {
    if (threads_ > 1 && is_large()) start_helper();
    while (read_on()) {
    }
  }

  void start_helper() {
    try {
      memory_helper_.emplace();
    } catch (const std::system_error&) {
      memory_helper_.reset();  // no more threads may be started here: one does it all
    }
  }

  /// False at the end, or when the reading was interrupted.
  bool read_on() {
    const auto read = std::span(batch_).first(captures_.read(batch_));
    if (read.empty()) return false;
    if (first_packet_ > 1) renumber(read.size());
    track(filter_ ? filter_->keep(read) : read);
    return go_on();
  }

  bool go_on() const { return !progress_ || progress_(captures_.consumed(), total_); }

  /// Before looking again for what was written to a file meanwhile.
  bool wait() const {
    constexpr std::chrono::milliseconds kWhile(200);
    std::this_thread::sleep_for(kWhile);
    return go_on();
  }

  /// The first file goes on where another part of the capture ended.
  void renumber(std::size_t count) {
    for (Frame& frame : std::span(batch_).first(count)) {
      if (frame.ref.file() == 0) frame.ref = PacketRef(0, frame.ref.number() + first_packet_ - 1);
    }
  }

  void track(std::span<const Frame> frames) {
    if (!shares_.empty()) frames = track_in_shares(frames);
    if (openings_) track_openings(frames);
    else judging_.table().add(frames);
  }

  /// Nothing must be folded before tables become one. What is left when they have.
  std::span<const Frame> track_in_shares(std::span<const Frame> frames) {
    while (!frames.empty() && has_room_in_shares()) {
      const auto some = frames.first(std::min(kFitsAlways, frames.size()));
      judging_.table().add(some);
      for (const auto& table : shares_) table->add(some);
      frames = frames.subspan(some.size());
    }
    if (!frames.empty()) judging_.unite(std::exchange(shares_, {}));
    return frames;
  }

  void track_openings(std::span<const Frame> frames) {
    for (const Frame& frame : frames) {
      dissect(dissectors(), frame, view_);
      judging_.table().add(frame, view_);
      openings_->add(frame, view_);
    }
  }

  bool has_room_in_shares() const {
    FlowTable::Load load = judging_.table().load();
    for (const auto& table : shares_) load += table->load();
    return load.fits(judging_.table().shared_bound());
  }

  void add_file(const MergedCaptures::File& read) {
    const auto& [file, damaged] = read;
    capture_.files.push_back({file.path, file.format, file.packets, file.cut_at, damaged, file.names, file.comments});
    if (capture_.files.size() == 1) {
      for (Comment& comment : capture_.files.front().comments) {
        if (comment.packet != 0) comment.packet += first_packet_ - 1;
      }
    }
    for (const CaptureInterface& interface : file.interfaces) {
      capture_.dropped += interface.dropped.value_or(0);
      add_new(capture_.link_types, interface.link_type);
      if (!interface.filter.empty()) add_new(capture_.filters, interface.filter);
    }
  }

  std::uint64_t total_;
  std::optional<MemoryHelper> memory_helper_;
  MergedCaptures captures_;
  const ProgressFunction& progress_;
  std::optional<FrameFilter> filter_;
  CaptureSummary capture_;
  unsigned threads_;
  Judging judging_;
  std::vector<std::unique_ptr<FlowTable>> shares_;  ///< all but the first, where several tables have one each
  std::array<Frame, kBatch> batch_{};
  std::uint64_t first_packet_;
  std::optional<Openings> openings_;
  PacketView view_;  ///< of a packet that may be an opening's
  std::vector<Error> errors_;
};

Analysis failed(Error error) {
  Analysis nothing;
  nothing.errors.push_back(std::move(error));
  return nothing;
}

Report without_findings(const Assessment& assessment, const FlowTable& table) {
  Report report;
  report.capture = assessment.capture;
  report.flows = {.total = assessment.ok + assessment.degraded + assessment.failed + assessment.inconclusive,
                  .ok = assessment.ok,
                  .degraded = assessment.degraded,
                  .failed = assessment.failed,
                  .inconclusive = assessment.inconclusive,
                  .folded = table.traffic().folded};
  return report;
}

}  // namespace

std::uint64_t default_memory_bound() {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 30U;
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return kMost;
  return std::min(kMost, static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) / 4);
}

std::uint64_t memory_bound(const ReadOptions& options) {
  return options.memory != 0 ? options.memory : default_memory_bound();
}

Analysis analyse(const ReadOptions& options, const ProgressFunction& progress, std::optional<Input> opened) {
  std::optional<FrameFilter> filter;
  if (!options.filter.empty()) {
    auto compiled = FrameFilter::compile(options.filter);
    if (!compiled) return failed(compiled.error());
    filter = std::move(*compiled);
  }
  ReadOptions captures = options;
  Inputs inputs;
  if (!options.follow) inputs = look_into(captures.files, std::move(opened));
  else if (opened) inputs.opened.push_back(std::move(*opened));
  if (!inputs.flow_files.empty() && !captures.files.empty()) {
    return failed({inputs.flow_files.front().name(), "holds flow records, others hold packets", "",
                   "print flow records of all, or read them apart"});
  }
  if (!inputs.flow_files.empty() && filter) {
    return failed({inputs.flow_files.front().name(), "holds flow records, and --filter is about packets", "",
                   "filter the packets that they are printed from"});
  }
  if (!inputs.flow_files.empty()) return analyse_flow_files(options, std::move(inputs), progress);
  auto again = inputs.opened.size() == 1 ? inputs.opened.front().again() : std::nullopt;
  if (auto analysis = Reading(captures, progress, std::move(inputs), std::move(filter)).finish())
    return *std::move(analysis);
  captures.threads = 1;
  Inputs anew;
  if (again) anew.opened.push_back(std::move(*again));
  return *Reading(captures, progress, std::move(anew), std::nullopt).finish();
}

Report diagnosed(const Analysis& analysis, const Catalog& catalog, const DiagnoseOptions& options) {
  return diagnosed(analysis.assessment, *analysis.table, catalog, options);
}

Report diagnosed(const Assessment& assessment, const FlowTable& table, const Catalog& catalog,
                 const DiagnoseOptions& options) {
  Report report = without_findings(assessment, table);
  report.diagnoses = diagnose(catalog, assessment, options);
  return report;
}

Report diagnosed(Analysis&& analysis, const Catalog& catalog, const DiagnoseOptions& options) {
  Report report = without_findings(analysis.assessment, *analysis.table);
  report.diagnoses = diagnose(catalog, std::move(analysis).assessment, options);
  return report;
}

}  // namespace whydrop
