// Lines to parts, parts to one flow table, one flow table to findings.
#include "src/app/flow_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "src/app/judging.h"
#include "src/core/annotation.h"
#include "src/flow/join.h"
#include "src/report/flow_part.h"

namespace whydrop {
namespace {

constexpr std::size_t kLongestLine = std::size_t{16} * 1024 * 1024;
constexpr std::uint64_t kLinesAtOnce = 256;  // between two looks at the clock

/// One file of flow records, as far as it was read.
struct FlowFile {
  Input input;
  PartReader reader{};
  std::uint64_t lines = 0;
};

Error wrong_at(const FlowFile& file, std::string what) {
  return {file.input.name(), std::move(what), fmt::format("line {}", file.lines),
          "print it again with whydrop flows; what stands before this line is judged"};
}

/// Nothing at the end.
std::expected<std::optional<std::string>, Error> next_line(FlowFile& file) {
  Input& input = file.input;
  ++file.lines;
  for (std::size_t searched = 0;;) {
    const auto bytes = input.bytes();
    const auto end = std::ranges::find(bytes.subspan(searched), std::uint8_t{'\n'});
    const auto size = static_cast<std::size_t>(end - bytes.begin());
    if (size == bytes.size() && size <= kLongestLine) {
      searched = size;
      const auto more = input.hold(size + 1);
      if (!more) return std::unexpected(more.error());
      if (*more) continue;
      if (input.is_shortened()) return std::unexpected(wrong_at(file, "became shorter while it was read"));
      if (size == 0) return std::nullopt;
    }
    if (size > kLongestLine) return std::unexpected(wrong_at(file, "holds a line that is too long"));
    std::string line(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    input.consume(std::min(size + 1, input.bytes().size()));
    return line;
  }
}

/// Takes lines until `enough` holds; what is wrong ends the file.
template <typename Enough>
std::optional<Error> read_lines(FlowFile& file, const Enough& enough) {
  while (!enough()) {
    const auto line = next_line(file);
    if (!line) return line.error();
    if (!*line) {
      std::string missing = file.reader.missing();
      if (missing.empty()) return std::nullopt;
      return Error{file.input.name(), std::move(missing), "its end", "copy it again, or print it again"};
    }
    if (std::string wrong = file.reader.take(**line); !wrong.empty()) return wrong_at(file, std::move(wrong));
  }
  return std::nullopt;
}

/// Of parts with numbers the numbers tell, else the time of their first packets.
void sort_parts(std::vector<FlowFile>& files) {
  const auto leading =
      std::ranges::count_if(files, [](const FlowFile& file) { return !file.reader.follows_another(); });
  if (leading <= 1) {
    std::ranges::stable_sort(files, {}, [](const FlowFile& file) { return file.reader.lines().first_number; });
  } else {
    std::ranges::stable_sort(files, {}, [](const FlowFile& file) { return file.reader.part.traffic.first; });
  }
}

template <typename T>
void add_all_new(std::vector<T>& list, const std::vector<T>& more) {
  for (const T& value : more) add_new(list, value);
}

void add_capture(CaptureSummary& all, CaptureSummary part, bool follows) {
  all.dropped += part.dropped;
  all.files_overlap = all.files_overlap || part.files_overlap;
  add_all_new(all.link_types, part.link_types);
  add_all_new(all.filters, part.filters);
  auto first = part.files.begin();
  if (follows && !all.files.empty() && first != part.files.end()) {
    CaptureSummary::File& begun = all.files.back();
    if (begun.path != first->path) begun.path += ", " + first->path;
    begun.packets += first->packets;
    if (first->cut_at) begun.cut_at = first->cut_at;
    add_all_new(begun.names, first->names);
    add_all_new(begun.comments, first->comments);
    if (begun.comments.size() > kMostComments) begun.comments.resize(kMostComments);
    begun.damaged = begun.damaged || first->damaged;
    ++first;
  }
  all.files.insert(all.files.end(), first, part.files.end());
}

class FlowReading {
 public:
  FlowReading(const ReadOptions& options, const ProgressFunction& progress) : progress_(progress), judging_(options) {}

  Analysis run(Inputs inputs) && {
    errors_ = std::move(inputs.errors);
    std::vector<FlowFile> files;
    for (Input& input : inputs.flow_files) {
      FlowFile& file = files.emplace_back(std::move(input));
      if (auto wrong = read_lines(file, [&] { return file.reader.has_header(); })) {
        errors_.push_back(std::move(*wrong));
        files.pop_back();
      }
    }
    sort_parts(files);
    for (FlowFile& file : files) add(file);
    return std::move(judging_).finish(std::move(capture_), std::move(errors_));
  }

 private:
  void add(FlowFile& file) {
    const bool follows = file.reader.follows_another() && !capture_.files.empty();
    file.reader.number_files_from(static_cast<std::uint32_t>(capture_.files.size() - (follows ? 1 : 0)));
    const auto interrupted = [&] {
      return file.lines % kLinesAtOnce == 0 && progress_ && !progress_(file.input.consumed(), 0);
    };
    if (auto wrong = read_lines(file, interrupted)) errors_.push_back(std::move(*wrong));
    const TrafficFacts& traffic = file.reader.part.traffic;
    const TrafficFacts& before = judging_.table().traffic();
    capture_.files_overlap = capture_.files_overlap || (!follows && before.packets != 0 && traffic.first < before.last);
    judging_.reach(std::max(judging_.now(), traffic.last));
    add_capture(capture_, std::move(file.reader.capture), follows);
    join(judging_.table(), std::move(file.reader.part));
  }

  const ProgressFunction& progress_;
  std::vector<Error> errors_;
  CaptureSummary capture_;
  Judging judging_;
};

}  // namespace

Analysis analyse_flow_files(const ReadOptions& options, Inputs inputs, const ProgressFunction& progress) {
  return FlowReading(options, progress).run(std::move(inputs));
}

}  // namespace whydrop
