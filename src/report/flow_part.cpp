// From lines to records. A line is one JSON object; which kind, its members say.
#include "src/report/flow_part.h"

#include <fmt/format.h>

#include <utility>

#include "src/core/text.h"
#include "src/report/capture_fields.h"
#include "src/report/record_fields.h"

namespace whydrop {
namespace {

constexpr std::string_view kSchema = "whydrop-flows/1";

std::string wrong_member(const FactReader::Context& context) {
  return context.wrong.empty() ? "" : fmt::format("\"{}\" is missing, or not what it can be", context.wrong);
}

/// What a reader of lines needs to know before any other member: who is the client.
bool read_client_side(const Json& line, Side& client) {
  const auto facts = line.find("facts");
  if (facts == line.end() || !facts->is_object()) return false;
  client = facts->value("client_is_high", Json(false)) == Json(true) ? Side::high : Side::low;
  return true;
}

std::string read_flow(const Json& line, std::uint32_t first_file, PartFlow& flow) {
  FlowRecord& record = flow.flow.record;
  if (!read_client_side(line, record.initiator)) return "is neither a header, an opening nor a flow";
  FactReader::Context context{.client = record.initiator, .first_file = first_file};
  FactReader io(line, context);
  identity_fields(io, record);
  count_fields(io, record);
  io.object("facts", [&](auto& facts) {
    bool lean = false;
    facts("lean", lean);
    facts("settled", flow.settled);
    if (!lean) flow.flow.detail.emplace();
    facts_fields(facts, record, lean ? nullptr : &*flow.flow.detail);
    echo_field(facts, record);
  });
  if (record.key.transport == Transport::none) io.fail("transport");
  return wrong_member(context);
}

std::string read_opening(const Json& line, std::uint32_t first_file, Opening& opening) {
  FactReader::Context context{.client = Side::low, .first_file = first_file};
  FactReader io(line, context);
  io.object("opening", [&](auto& part) { fields(part, opening); });
  opening.tuple = tuple_of(opening.tuple);
  return wrong_member(context);
}

}  // namespace

bool is_flow_lines(std::string_view beginning) {
  return beginning.starts_with(fmt::format(R"({{"schema":"{}")", kSchema));
}

std::string PartReader::take(std::string_view text) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object()) return "is not a JSON object";
  if (!has_header_) {
    const auto capture_part = line.find("capture");
    if (line.value("schema", Json()) != Json(kSchema) || capture_part == line.end() || !capture_part->is_object()) {
      return fmt::format("is no header of schema {}", kSchema);
    }
    FactReader::Context context;
    FactReader io(*capture_part, context);
    bool present = false;
    io.object_if("facts", present, [&](auto& facts) { capture_fields(facts, part, capture, lines_); });
    if (!present) return "the header has no \"facts\"";
    has_header_ = context.wrong.empty();
    return wrong_member(context);
  }
  if (line.contains("opening")) {
    Opening opening;
    std::string wrong = read_opening(line, first_file_, opening);
    if (wrong.empty()) part.openings.push_back(std::move(opening));
    return wrong;
  }
  PartFlow flow;
  std::string wrong = read_flow(line, first_file_, flow);
  if (wrong.empty()) part.flows.push_back(std::move(flow));
  return wrong;
}

void PartReader::number_files_from(std::uint32_t first_file) {
  first_file_ = first_file;
  for (Datagram& datagram : part.datagrams) {
    const PacketRef& last = datagram.last_packet;
    datagram.last_packet = PacketRef(last.file() + first_file, last.number());
  }
}

std::string PartReader::missing() const {
  if (!has_header_) return "has no header";
  const auto lacking = [](std::uint64_t said, std::size_t found) { return said > found ? said - found : 0; };
  const std::uint64_t count = lacking(lines_.flows, part.flows.size()) + lacking(lines_.openings, part.openings.size());
  return count == 0 ? "" : fmt::format("lacks {} that its header counts", counted(count, "line"));
}

}  // namespace whydrop
