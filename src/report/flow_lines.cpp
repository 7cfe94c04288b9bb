// One flow per line: who, verdict, Zeek's and other tools' names for it, counts, then the raw facts.
#include "src/report/flow_lines.h"

#include "src/flow/community_id.h"
#include "src/flow/conn_state.h"
#include "src/report/capture_fields.h"
#include "src/report/json_parts.h"
#include "src/report/record_fields.h"

namespace whydrop {

std::string flow_header_line(const CaptureSummary& capture, const FlowPart& part, const PartLines& lines) {
  Json json = {{"schema", "whydrop-flows/1"}, {"capture", json_capture(capture)}};
  FactWriter io(json["capture"], Side::low);
  io.object_if("facts", true, [&](auto& facts) { capture_fields(facts, part, capture, lines); });
  return dumped(json, -1);
}

std::string flow_line(const FlowVerdict& flow, const FlowDetail* shown, bool settled) {
  const FlowRecord& record = *flow.record;
  const std::optional<std::string> id = community_id(record);
  Json json = Json::object();
  FactWriter io(json, record.initiator);
  identity_fields(io, record);
  json["verdict"] = name(flow.verdict);
  json["secondary"] = json_names(flow.secondary.ids());
  json["conn_state"] = conn_state(record);
  json["history"] = zeek_history(record, shown);
  json["community_id"] = id ? Json(*id) : Json();
  count_fields(io, record);
  io.object("facts", [&](auto& facts) {
    facts("client_is_high", record.initiator == Side::high);
    facts("lean", shown == nullptr);
    facts("settled", settled);
    facts_fields(facts, record, shown);
    echo_field(facts, record);
  });
  return dumped(json, -1);
}

std::string opening_line(const Opening& opening) {
  Json json = Json::object();
  FactWriter io(json, Side::low);
  io.object("opening", [&](auto& part) { fields(part, opening); });
  return dumped(json, -1);
}

}  // namespace whydrop
