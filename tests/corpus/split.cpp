// Flow records in place of packets: each capture is cut in two at ten places, `whydrop flows` reads both parts, and
// `whydrop read` of what it printed must report what it reports of the whole capture.
//
// split PATH...: a capture, or a folder of them. Prints what differs and a count. A datagram with fragments, or a flow
// with packets that the capture recorded twice, on both sides of a cut excuses a difference. Exit status 1 when one has
// no excuse.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "dissectors/registry.h"
#include "src/app/catalog.h"
#include "src/app/flow_output.h"
#include "src/app/pipeline.h"
#include "src/capture/source.h"
#include "src/report/json.h"
#include "tests/corpus/memory_file.h"
#include "tests/corpus/parts.h"

namespace whydrop {
namespace {

using nlohmann::json;

constexpr std::size_t kCuts = 10;

struct Counts {
  std::size_t captures = 0;
  std::size_t skipped = 0;  ///< of a format that is not cut here, damaged, or with fewer than two packets
  std::size_t equal = 0;
  std::size_t fragments = 0;  ///< differ, but a datagram lies on both sides
  std::size_t copies = 0;     ///< differ, but a flow has recorded copies on both sides
  std::size_t different = 0;
};

Bytes unpacked(const std::string& path) {
  auto input = open_unpacked(path);
  Bytes bytes;
  while (input) {
    const auto held = input->bytes();
    bytes.insert(bytes.end(), held.begin(), held.end());
    input->consume(held.size());
    const auto more = input->hold(1);
    if (!more || !*more) break;
  }
  return bytes;
}

/// The report without what names files.
json report_of(const ReadOptions& options, const Catalog& catalog) {
  const Analysis analysis = analyse(options, nullptr);
  json report = json::parse(json_report(diagnosed(analysis, catalog, {}), {}));
  report["capture"].erase("files");
  if (report["capture"].contains("comments")) {
    for (json& comment : report["capture"]["comments"]) comment.erase("file");
  }
  for (json& note : report["capture"]["quality"]) {
    if (note["id"] == "file-cut") note.erase("detail");
  }
  for (json& finding : report["findings"]) {
    for (json& evidence : finding["evidence"]) evidence.erase("file");
  }
  report["errors"] = analysis.errors.size();
  for (const Error& error : analysis.errors) {
    if (error.message().find("line ") != std::string::npos) report["errors"] = error.message();
  }
  return report;
}

std::string flow_lines(const std::string& path, std::uint64_t first_packet) {
  const ReadOptions options{.files = {path}, .details = FlowTable::Details::kept_to_show, .first_packet = first_packet};
  std::string lines;
  for_each_flow_line(analyse(options, nullptr), options, [&](const std::string& line) {
    lines += line;
    return true;
  });
  return lines;
}

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

using DatagramId = std::tuple<IpAddress, IpAddress, std::uint16_t, std::uint8_t>;

/// Numbers of the first and the last fragment of each datagram.
std::vector<std::pair<std::uint64_t, std::uint64_t>> fragmented(const std::string& path) {
  std::map<DatagramId, std::pair<std::uint64_t, std::uint64_t>> datagrams;
  const auto source = open_capture(path, 0);
  std::array<Frame, 64> batch;
  const auto view = std::make_unique<PacketView>();
  while (source) {
    const auto count = (*source)->read(batch);
    if (!count || *count == 0) break;
    for (const Frame& frame : std::span(batch).first(*count)) {
      dissect(dissectors(), frame, *view);
      const IpFacts& ip = view->packet.ip;
      if (!view->packet.has_ip || !ip.is_fragment()) continue;
      const auto [known, is_new] = datagrams.try_emplace({ip.src, ip.dst, ip.id, ip.protocol}, frame.ref.number(), 0);
      known->second.second = frame.ref.number();
    }
  }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
  for (const auto& [id, span] : datagrams) spans.push_back(span);
  return spans;
}

/// The flows of which packets were recorded twice.
std::set<std::string> copied(const std::string& lines) {
  std::set<std::string> flows;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    const json flow = json::parse(line);
    if (!flow.contains("facts") || !flow.contains("community_id")) continue;
    const auto has_copies = [&](const char* side) {
      return flow["facts"].value(side, json::object()).contains("copies");
    };
    if (has_copies("client") || has_copies("server")) flows.insert(flow["community_id"]);
  }
  return flows;
}

bool share_one(const std::set<std::string>& some, const std::set<std::string>& others) {
  return std::ranges::any_of(some, [&](const std::string& one) { return others.contains(one); });
}

/// Damaged files, and those whose record headers are longer than they should be, have their packets elsewhere.
bool is_read_as(const Records& records, const std::string& path) {
  const Analysis analysis = analyse({.files = {path}}, nullptr);
  std::size_t numbered = 0;
  for (const CaptureSummary::File& file : analysis.assessment.capture.files) numbered += file.packets;
  return analysis.errors.empty() && numbered <= records.packets && records.packets - numbered <= records.unread;
}

/// What of two reports differs first.
std::string difference(const json& whole, const json& joined) {
  const json patch = json::diff(whole, joined);
  const json& change = patch.front();
  const std::string where = change["path"];
  constexpr std::size_t kEnough = 200;
  const auto shown = [](const json& value) { return value.dump().substr(0, kEnough); };
  const std::string before = change["op"] == "add" ? "nothing" : shown(whole.at(json::json_pointer(where)));
  const std::string after = change.contains("value") ? shown(change["value"]) : "nothing";
  return fmt::format("{}: {} became {} ({} changes)", where, before, after, patch.size());
}

void split(const std::string& path, const Catalog& catalog, Counts& counts) {
  ++counts.captures;
  const Bytes bytes = unpacked(path);
  const auto records = records_of(bytes);
  const MemoryFile file(bytes);
  if (!records || records->places.empty() || !is_read_as(*records, file.path())) {
    ++counts.skipped;
    return;
  }
  const json whole = report_of({.files = {file.path()}}, catalog);
  const auto fragments = fragmented(file.path());
  // The same places every time, whatever the machine: by size alone.
  std::minstd_rand random(static_cast<std::minstd_rand::result_type>(bytes.size()));
  std::set<std::size_t> places;
  const std::size_t wanted = std::min(kCuts, records->places.size());
  while (places.size() < wanted) places.insert(records->places[random() % records->places.size()]);
  for (const std::size_t place : places) {
    const Parts parts = cut(bytes, *records, place);
    const std::string first = flow_lines(MemoryFile(parts.first).path(), 1);
    const std::string second = flow_lines(MemoryFile(parts.second).path(), place + 1);
    const MemoryFile first_lines(bytes_of(first));
    const MemoryFile second_lines(bytes_of(second));
    const json joined = report_of({.files = {second_lines.path(), first_lines.path()}}, catalog);
    if (joined["findings"] == whole["findings"] && joined["flows"] == whole["flows"] &&
        joined["capture"] == whole["capture"] && !joined["errors"].is_string()) {
      ++counts.equal;
      continue;
    }
    const bool in_datagram =
        std::ranges::any_of(fragments, [&](const auto& span) { return span.first <= place && span.second > place; });
    std::string_view excuse;
    if (in_datagram) {
      excuse = "(fragments) ";
      ++counts.fragments;
    } else if (share_one(copied(first), copied(second))) {
      excuse = "(copies) ";
      ++counts.copies;
    } else {
      ++counts.different;
    }
    fmt::print("{}{}: cut after packet {}: {}\n", excuse, path, place, difference(whole, joined));
  }
}

std::vector<std::string> captures_below(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::string> captures;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file() && records_of(unpacked(entry.path().string()))) {
      captures.push_back(entry.path().string());
    }
  }
  std::ranges::sort(captures);
  return captures;
}

int report(std::span<char* const> paths, const Catalog& catalog) {
  Counts counts;
  for (const char* path : paths) {
    for (const std::string& capture : captures_below(path)) split(capture, catalog, counts);
  }
  fmt::print(
      "split: {} captures ({} not cut), {} cuts: {} equal, {} with a fragment on both sides, {} with copies on both "
      "sides, {} different\n",
      counts.captures, counts.skipped, counts.equal + counts.fragments + counts.copies + counts.different, counts.equal,
      counts.fragments, counts.copies, counts.different);
  return counts.different == 0 && counts.equal != 0 ? 0 : 1;
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  using namespace whydrop;
  try {
    const auto catalog = catalog_with(std::nullopt);
    if (!catalog || argc < 2) return 2;
    return report(std::span(argv, static_cast<std::size_t>(argc)).subspan(1), *catalog);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "split: {}\n", problem.what());
    return 2;
  }
}
