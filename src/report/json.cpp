// JSON of a report, member by member in the order of the schema.
#include "src/report/json.h"

#include <cmath>

#include "src/report/json_finding.h"
#include "src/report/link_types.h"
#include "src/report/phrases.h"

namespace whydrop {
namespace {

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json json_endpoint(const FindingEndpoint& endpoint) {
  return {{"address", endpoint.address ? Json(to_string(*endpoint.address)) : Json()},
          {"port", or_null(endpoint.port)}};
}

Json json_attributes(const std::vector<Attribute>& attributes) {
  Json json = Json::object();
  for (const Attribute& attribute : attributes) {
    json[attribute.name] = std::visit([](const auto& value) { return Json(value); }, attribute.value);
  }
  return json;
}

Json json_common_factor(const CommonFactor& factor) {
  if (!factor) return nullptr;
  Json json = {{"kind", name(factor.kind)}, {"sentence", factor.sentence}};
  if (factor.answered_per_second) json["answered_per_second"] = rounded(*factor.answered_per_second);
  return json;
}

Json json_evidence(const Evidence& evidence, const CaptureSummary& capture) {
  Json json = {{"packet", evidence.packet.number()}};
  if (evidence.packet.file() < capture.files.size()) json["file"] = capture.files[evidence.packet.file()].path;
  json["time"] = rfc3339(evidence.time);
  if (evidence.until) json["until"] = rfc3339(*evidence.until);
  json["what"] = evidence.what;
  return json;
}

Json json_local_drop(const LocalDrop& drop) {
  return {{"reason", drop.reason}, {"location", drop.location},    {"from", drop.from_client ? "client" : "server"},
          {"count", drop.count},   {"first", rfc3339(drop.first)}, {"last", rfc3339(drop.last)}};
}

Json json_drops(const CaptureSummary::Drops& drops) {
  Json json = {{"scope", drops.whole_host ? "host" : "namespace"}, {"reasons", Json::array()}, {"lost", drops.lost}};
  for (const CaptureSummary::DropCount& one : drops.reasons) {
    json["reasons"].push_back({{"reason", one.reason}, {"location", one.location}, {"count", one.count}});
  }
  return json;
}

Json json_cause(const RankedCause& cause, const JsonOptions& options) {
  Json json = {{"id", cause.id},           {"family", cause.family},
               {"title", cause.title},     {"probability", rounded(cause.probability)},
               {"for", cause.reasons_for}, {"against", cause.reasons_against},
               {"checks", Json::array()},  {"otherwise", cause.otherwise},
               {"fixes", Json::array()}};
  for (const Check& check : cause.checks) {
    json["checks"].push_back({{"system", check.system}, {"command", check.command}, {"proves", check.proves}});
  }
  for (const Fix& fix : cause.fixes) {
    json["fixes"].push_back({{"system", fix.system}, {"command", fix.command}, {"note", fix.note}});
  }
  if (options.scores) {
    json["score"] = Json::array();
    for (const ScoreTerm& term : cause.score) {
      json["score"].push_back({{"what", term.what}, {"weight", rounded(term.weight)}});
    }
  }
  return json;
}

Json json_next_test(const NextTest& test) {
  if (test.command.empty()) return nullptr;
  return {{"command", test.command}, {"why", test.why()}};
}

Json json_flow_counts(const Report::FlowCounts& flows) {
  Json json = {{"total", flows.total},
               {"ok", flows.ok},
               {"degraded", flows.degraded},
               {"failed", flows.failed},
               {"inconclusive", flows.inconclusive}};
  if (flows.folded != 0) json["folded"] = flows.folded;
  return json;
}

/// What people wrote into the captures; left out where nobody did.
void add_annotations(const std::vector<CaptureSummary::File>& files, Json& json) {
  for (const CaptureSummary::File& file : files) {
    for (const Comment& comment : file.comments) {
      json["comments"].push_back({{"file", file.path},
                                  {"packet", comment.packet != 0 ? Json(comment.packet) : Json()},
                                  {"text", comment.text}});
    }
    for (const NamedAddress& named : file.names) {
      json["names"].push_back({{"address", to_string(named.address)}, {"name", named.name}});
    }
  }
}

/// All but the last line break; a line break inside a string is escaped, and cannot be one here.
void append_indented(std::string& text, std::string_view lines, std::string_view indent) {
  lines.remove_suffix(1);
  for (std::size_t end = 0; (end = lines.find('\n')) != std::string_view::npos;) {
    text.append(lines.substr(0, end + 1)).append(indent);
    lines.remove_prefix(end + 1);
  }
  text += lines;
}

}  // namespace

Json json_finding(const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                  const JsonOptions& options) {
  const Finding& finding = diagnosis.finding;
  Json json = {{"id", id},
               {"verdict", name(finding.verdict)},
               {"secondary", json_names(finding.secondary)},
               {"severity", name(finding.severity)},
               {"scan", finding.scan},
               {"flood", finding.flood},
               {"transport", name(finding.transport)},
               {"client", json_endpoint(finding.client)},
               {"server", json_endpoint(finding.server)},
               {"count", finding.count},
               {"first", rfc3339(finding.first)},
               {"last", rfc3339(finding.last)},
               {"vantage", name(finding.vantage)},
               {"confidence", rounded(finding.confidence)},
               {"confidence_reasons", finding.confidence_reasons},
               {"attributes", json_attributes(finding.attributes)},
               {"common_factor", json_common_factor(finding.common_factor)},
               {"display_filter", finding.display_filter},
               {"evidence", Json::array()},
               {"causes", Json::array()},
               {"next_test", json_next_test(diagnosis.next_test)}};
  for (const Evidence& evidence : finding.evidence) json["evidence"].push_back(json_evidence(evidence, capture));
  for (const LocalDrop& drop : finding.local_drops) json["kernel_drops"].push_back(json_local_drop(drop));
  for (const RankedCause& cause : diagnosis.causes) json["causes"].push_back(json_cause(cause, options));
  if (!diagnosis.is_ranked) json["ranked"] = false;
  return json;
}

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

Json json_time(const std::optional<Time>& time) { return time ? Json(rfc3339(*time)) : Json(); }

Json json_names(const std::vector<VerdictId>& verdicts) {
  Json json = Json::array();
  for (const VerdictId id : verdicts) json.push_back(name(id));
  return json;
}

Json json_capture(const CaptureSummary& capture) {
  Json json = {{"files", Json::array()},          {"packets", capture.packets},
               {"bytes", capture.bytes},          {"first", json_time(capture.first)},
               {"last", json_time(capture.last)}, {"link_types", Json::array()},
               {"dropped", capture.dropped},      {"quality", Json::array()}};
  for (const CaptureSummary::File& file : capture.files) json["files"].push_back(file.path);
  for (const LinkType type : capture.link_types) json["link_types"].push_back(link_type_name(type));
  for (const QualityNote& note : capture.quality) {
    json["quality"].push_back({{"id", name(note.id)}, {"detail", note.detail}, {"affects", json_names(note.affects)}});
  }
  if (capture.drops) json["kernel_drops"] = json_drops(*capture.drops);
  add_annotations(capture.files, json);
  return json;
}

std::string dumped(const Json& json, int indent) {
  constexpr bool kAscii = true;
  return json.dump(indent, ' ', kAscii, Json::error_handler_t::replace) + '\n';
}

Json json_of(const Report& report, const JsonOptions& options) {
  Json json = {{"schema", "whydrop/1"},
               {"capture", json_capture(report.capture)},
               {"flows", json_flow_counts(report.flows)},
               {"findings", Json::array()}};
  for (std::size_t at = 0; at < report.diagnoses.size(); ++at) {
    json["findings"].push_back(json_finding(report.diagnoses[at], finding_id(at), report.capture, options));
  }
  return json;
}

/// Finding by finding: a tree of all of them would take many times the memory of their text.
std::string json_report(const Report& report, const JsonOptions& options) {
  constexpr int kIndent = 2;
  const Report without_findings{.capture = report.capture, .flows = report.flows, .diagnoses = {}};
  std::string text = dumped(json_of(without_findings, options), kIndent);
  if (report.diagnoses.empty()) return text;
  text.resize(text.rfind(']'));
  for (std::size_t at = 0; at < report.diagnoses.size(); ++at) {
    const Json finding = json_finding(report.diagnoses[at], finding_id(at), report.capture, options);
    text += at == 0 ? "\n    " : ",\n    ";
    append_indented(text, dumped(finding, kIndent), "    ");
  }
  return text += "\n  ]\n}\n";
}

}  // namespace whydrop
