// Fuzzes what reads flow records back: any lines as the only part of a capture, then as the part that follows on it.
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dissectors/registry.h"
#include "src/flow/join.h"
#include "src/report/flow_part.h"
#include "src/verdict/assess.h"

namespace whydrop {
namespace {

/// The good lines at the front; with a header of its own where there is none.
PartReader parts_in(std::string_view lines, std::uint32_t first_file) {
  PartReader reader;
  if (!is_flow_lines(lines)) reader.take(R"({"schema":"whydrop-flows/1","capture":{"facts":{"first_number":2}}})");
  reader.number_files_from(first_file);
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    if (!reader.take(line).empty()) break;
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  }
  static_cast<void>(reader.missing());
  return reader;
}

}  // namespace
}  // namespace whydrop

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  constexpr std::uint64_t kMemory = 1U << 24U;
  const std::span bytes(data, size);
  const std::string lines(bytes.begin(), bytes.end());
  Assessor assessor(Patience{});
  FlowTable table(dissectors(), kMemory, [&](const FlowRecord& record, Held held, Time) {
    assessor.fold(record, held, table.traffic().last);
  });
  for (const std::uint32_t file : {0U, 1U}) join(table, std::move(parts_in(lines, file).part));
  const Assessment assessment = std::move(assessor).assess(table, {});
  return assessment.flows.size() > lines.size() ? 1 : 0;
}
