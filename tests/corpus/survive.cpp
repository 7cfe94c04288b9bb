// Reads captures that were damaged on purpose, from end to end as `whydrop read --json` does: each packet cut to 64, 96
// and 128 bytes, and the file cut at ten places.
//
// survive FILE...: one line a run, by tabs: file, what was done to it, bytes read, and, once it is over, seconds. The
// line is begun before the run, so that the last one names what a crash or a hang (SIGALRM) came from. Seconds are
// those of the processor: what else the machine does is no property of the capture.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <string>

#include "src/app/catalog.h"
#include "src/app/pipeline.h"
#include "src/capture/source.h"
#include "src/report/json.h"
#include "tests/corpus/memory_file.h"
#include "tests/support/packet_capture_file.h"

namespace whydrop {
namespace {

constexpr unsigned kHangs = 60;  // seconds
constexpr std::array<std::size_t, 3> kSnapLengths{64, 96, 128};
constexpr std::size_t kCuts = 10;
constexpr std::uint16_t kTimeResolution = 9;  // if_tsresol

/// The capture's packets, as far as it can be read, in a pcapng file with one interface for each link type.
Bytes snapped(const std::string& path, std::size_t snap_len) {
  PcapngFile written;
  std::map<LinkType, std::uint32_t> interfaces;
  const auto add = [&](const Frame& frame) {
    const auto [interface, is_new] = interfaces.emplace(frame.link_type, static_cast<std::uint32_t>(interfaces.size()));
    if (is_new) written.interface(static_cast<std::uint16_t>(frame.link_type), 0, {{kTimeResolution, {9}}});
    const auto kept = frame.bytes.first(std::min(snap_len, frame.bytes.size()));
    written.enhanced(interface->second, static_cast<std::uint64_t>(frame.time.time_since_epoch().count()),
                     {kept.begin(), kept.end()}, {}, frame.wire_len);
  };
  const auto source = open_capture(path, 0);
  std::array<Frame, 64> batch;
  while (source) {
    const auto count = (*source)->read(batch);
    if (!count || *count == 0) break;
    for (const Frame& frame : std::span(batch).first(*count)) add(frame);
  }
  return written.bytes();
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void run(const std::string& name, const std::string& what, std::span<const std::uint8_t> bytes,
         const Catalog& catalog) {
  fmt::print("{}\t{}\t{}", name, what, bytes.size());
  static_cast<void>(std::fflush(stdout));
  const MemoryFile file(bytes);
  ::alarm(kHangs);
  const double begun = processor_seconds();
  const Analysis analysis = analyse({.files = {file.path()}}, nullptr);
  static_cast<void>(json_report(diagnosed(analysis, catalog, {}), {}));
  const double taken = processor_seconds() - begun;
  ::alarm(0);
  fmt::print("\t{:.6f}\n", taken);
}

void damage(const std::string& path, const Catalog& catalog) {
  for (const std::size_t snap_len : kSnapLengths) {
    run(path, fmt::format("packets of {} bytes", snap_len), snapped(path, snap_len), catalog);
  }
  const Bytes whole = content_of(path);
  // The same places every time, whatever the machine: by size alone.
  std::minstd_rand random(static_cast<std::minstd_rand::result_type>(whole.size()));
  for (std::size_t cut = 0; cut < kCuts; ++cut) {
    const std::size_t at = whole.empty() ? 0 : random() % whole.size();
    run(path, fmt::format("cut at byte {}", at), std::span(whole).first(at), catalog);
  }
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  using namespace whydrop;
  const auto catalog = catalog_with(std::nullopt);
  if (!catalog || argc < 2) return 2;
  for (const char* path : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) damage(path, *catalog);
  return 0;
}
