// One flow per line: who, verdict, Zeek's and other tools' names for it, counts, then the raw facts.
#include "src/report/flow_lines.h"

#include "src/flow/community_id.h"
#include "src/flow/conn_state.h"
#include "src/report/flow_facts.h"
#include "src/report/json_parts.h"

namespace whydrop {
namespace {

/// What `capture` leaves out and reading back needs.
Json json_capture_facts(const CaptureSummary& capture) {
  Json json = {{"files", Json::array()},
               {"filters", capture.filters},
               {"link_types", Json::array()},
               {"undissected", capture.undissected},
               {"malformed", capture.malformed},
               {"cut_packets", capture.cut_packets},
               {"copies", capture.copies},
               {"icmp_packets", capture.icmp_packets},
               {"backward_steps", capture.backward_steps}};
  for (const CaptureSummary::File& file : capture.files) {
    Json one = {{"path", file.path}, {"format", file.format}, {"packets", file.packets}};
    if (file.cut_at) one["cut_at"] = *file.cut_at;
    json["files"].push_back(std::move(one));
  }
  for (const LinkType type : capture.link_types) json["link_types"].push_back(static_cast<std::uint16_t>(type));
  return json;
}

}  // namespace

std::string flow_header_line(const CaptureSummary& capture) {
  Json json = {{"schema", "whydrop-flows/1"}, {"capture", json_capture(capture)}};
  json["capture"]["facts"] = json_capture_facts(capture);
  return dumped(json, -1);
}

std::string flow_line(const FlowVerdict& flow) {
  const FlowRecord& record = *flow.record;
  const Endpoint client = record.client_endpoint();
  const Endpoint server = record.server_endpoint();
  const bool ports = has_ports(record.key.transport);
  const std::optional<std::string> id = community_id(record);
  Json json = {{"transport", name(record.key.transport)},
               {"client", to_string(client.address)},
               {"client_port", ports ? client.port : 0},
               {"server", to_string(server.address)},
               {"server_port", ports ? server.port : 0},
               {"verdict", name(flow.verdict)},
               {"secondary", json_names(flow.secondary)},
               {"conn_state", conn_state(record)},
               {"history", zeek_history(record, flow.detail)},
               {"community_id", id ? Json(*id) : Json()},
               {"first", rfc3339(record.first)},
               {"last", rfc3339(record.last)},
               {"client_packets", record.client().packets},
               {"server_packets", record.server().packets},
               {"client_bytes", record.bytes[index(record.initiator)]},
               {"server_bytes", record.bytes[index(other(record.initiator))]}};
  if (record.vlan != 0) json["vlan"] = record.vlan;
  json["facts"] = json_flow_facts(record, flow.detail);
  return dumped(json, -1);
}

}  // namespace whydrop
