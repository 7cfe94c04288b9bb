// Where the time goes: the corridor walked as far as each stage in turn, so that differences are the stages' own.
//
//   bench_stages FILE     prints, by stage, nanoseconds a packet
//
// Nothing is measured inside of the program itself: a clock read per packet would cost more than some stages do.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dissectors/registry.h"
#include "src/app/pipeline.h"
#include "src/capture/source.h"
#include "src/flow/table.h"
#include "src/wire/dissector.h"

namespace whydrop {
namespace {

constexpr std::size_t kBatch = 512;
constexpr int kRuns = 3;

/// Calls `visit` with every batch; says how many packets there were.
std::uint64_t walk(const std::string& path, const std::function<void(std::span<const Frame>)>& visit) {
  auto source = open_capture(path, 0);
  if (!source) return 0;
  std::array<Frame, kBatch> batch{};
  std::uint64_t packets = 0;
  for (;;) {
    const auto count = (*source)->read(batch);
    if (!count || *count == 0) return packets;
    packets += *count;
    visit(std::span(batch).first(*count));
  }
}

using Stage = std::function<std::uint64_t(const std::string&)>;

std::uint64_t read_only(const std::string& path) {
  return walk(path, [](std::span<const Frame>) {});
}

/// As far as the table reads most packets.
std::uint64_t read_and_dissect(const std::string& path) {
  PacketView view;
  Segment segment;
  return walk(path, [&](std::span<const Frame> frames) {
    for (const Frame& frame : frames) {
      if (!dissectors().read_segment(frame, segment)) dissect(dissectors(), frame, view);
    }
  });
}

std::uint64_t read_and_track(const std::string& path) {
  FlowTable table(dissectors(), default_memory_bound(), [](const FlowRecord&, Held, Time) {});
  const std::uint64_t packets = walk(path, [&](std::span<const Frame> frames) { table.add(frames); });
  table.finish();
  return packets;
}

std::uint64_t judge_all(const std::string& path) {
  ReadOptions options;
  options.files = {path};
  options.threads = 1;
  return analyse(options, {}).assessment.capture.packets;
}

double seconds(const Stage& stage, const std::string& path, std::uint64_t& packets) {
  std::array<double, kRuns> measured{};
  for (double& one : measured) {
    const auto start = std::chrono::steady_clock::now();
    packets = stage(path);
    one = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return *std::ranges::min_element(measured);
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  using namespace whydrop;
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) return 2;
  constexpr double kNanos = 1e9;
  double before = 0;
  for (const auto& [name, stage] : {std::pair<const char*, Stage>{"read", read_only},
                                    {"dissect", read_and_dissect},
                                    {"track", read_and_track},
                                    {"judge", judge_all}}) {
    std::uint64_t packets = 0;
    const double total = seconds(stage, arguments[1], packets);
    if (packets == 0) return 1;
    fmt::print("{} {:.1f}\n", name, (total - before) / static_cast<double>(packets) * kNanos);
    before = total;
  }
  return 0;
}
