// What it takes to write a report down, apart from all that it takes to know what is in it.
//
//   bench_output FILE     prints how many findings there are, and the seconds that JSON and the full text take
//
// Runs as `whydrop` does without options: with as many threads as it would take.
#include <fmt/core.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "src/app/catalog.h"
#include "src/app/options.h"
#include "src/app/pipeline.h"
#include "src/report/json.h"
#include "src/report/text.h"

namespace whydrop {
namespace {

double seconds_of(const std::function<void(const Print&)>& report) {
  std::size_t bytes = 0;
  const auto start = std::chrono::steady_clock::now();
  report([&](std::string_view piece) { bytes += piece.size(); });
  const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return bytes == 0 ? -1 : taken;
}

int measure(const char* path) {
  ReadOptions options;
  options.files = {path};
  options.threads = usual_threads();
  const auto catalog = catalog_with(std::nullopt);
  if (!catalog) return 1;
  const Report report = diagnosed(analyse(options, {}), *catalog, {.threads = options.threads});
  fmt::print("findings {}\n", report.diagnoses.size());
  fmt::print("json {:.3f}\n", seconds_of([&](const Print& print) { json_report(report, {}, print); }));
  fmt::print("text {:.3f}\n", seconds_of([&](const Print& print) {
               text_report(report, {.detail = TextDetail::full, .threads = options.threads}, print);
             }));
  return 0;
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  return arguments.size() == 2 ? whydrop::measure(arguments[1]) : 2;
}
