// JSON of a report, member by member in the order of the schema.
#include "src/report/json.h"

#include <cmath>
#include <ranges>

#include "src/report/json_finding.h"
#include "src/report/link_types.h"
#include "src/report/phrases.h"

namespace whydrop {
namespace {

void write_endpoint(JsonWriter& json, std::string_view name, const FindingEndpoint& endpoint) {
  json.object(name, [&] {
    json.member("address", endpoint.address ? std::optional(to_string(*endpoint.address)) : std::nullopt);
    json.member("port", endpoint.port);
  });
}

void write_common_factor(JsonWriter& json, const CommonFactor& factor) {
  if (!factor) return json.member("common_factor", nullptr);
  json.object("common_factor", [&] {
    json.member("kind", name(factor.kind));
    json.member("sentence", factor.sentence);
    if (factor.answered_per_second) json.member("answered_per_second", rounded(*factor.answered_per_second));
  });
}

void write_evidence(JsonWriter& json, const Evidence& evidence, const CaptureSummary& capture) {
  json.member("packet", evidence.packet.number());
  if (evidence.packet.file() < capture.files.size()) json.member("file", capture.files[evidence.packet.file()].path);
  json.member("time", rfc3339(evidence.time));
  if (evidence.until) json.member("until", rfc3339(*evidence.until));
  json.member("what", evidence.what);
}

void write_local_drop(JsonWriter& json, const LocalDrop& drop) {
  json.member("reason", drop.reason);
  json.member("location", drop.location);
  json.member("from", drop.from_client ? "client" : "server");
  json.member("count", drop.count);
  json.member("first", rfc3339(drop.first));
  json.member("last", rfc3339(drop.last));
}

void write_cause(JsonWriter& json, const RankedCause& cause, const JsonOptions& options) {
  json.member("id", cause.id);
  json.member("family", cause.family);
  json.member("title", cause.title);
  json.member("probability", rounded(cause.probability));
  json.list("for", cause.reasons_for);
  json.list("against", cause.reasons_against);
  json.objects("checks", cause.checks, [&](const Check& check) {
    json.member("system", check.system);
    json.member("command", check.command);
    json.member("proves", check.proves);
  });
  json.member("otherwise", cause.otherwise);
  json.objects("fixes", cause.fixes, [&](const Fix& fix) {
    json.member("system", fix.system);
    json.member("command", fix.command);
    json.member("note", fix.note);
  });
  if (!options.scores) return;
  json.objects("score", cause.score, [&](const ScoreTerm& term) {
    json.member("what", term.what);
    json.member("weight", rounded(term.weight));
  });
}

void write_next_test(JsonWriter& json, const NextTest& test) {
  if (test.command.empty()) return json.member("next_test", nullptr);
  json.object("next_test", [&] {
    json.member("command", test.command);
    json.member("why", test.why());
  });
}

void write_flow_counts(JsonWriter& json, const Report::FlowCounts& flows) {
  json.member("total", flows.total);
  json.member("ok", flows.ok);
  json.member("degraded", flows.degraded);
  json.member("failed", flows.failed);
  json.member("inconclusive", flows.inconclusive);
  if (flows.folded != 0) json.member("folded", flows.folded);
}

Json json_drops(const CaptureSummary::Drops& drops) {
  Json json = {{"scope", drops.whole_host ? "host" : "namespace"}, {"reasons", Json::array()}, {"lost", drops.lost}};
  for (const CaptureSummary::DropCount& one : drops.reasons) {
    json["reasons"].push_back({{"reason", one.reason}, {"location", one.location}, {"count", one.count}});
  }
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

}  // namespace

void write_finding(JsonWriter& json, const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                   const JsonOptions& options) {
  const Finding& finding = diagnosis.finding;
  json.member("id", id);
  json.member("verdict", name(finding.verdict));
  json.list("secondary", finding.secondary, [](VerdictId verdict) { return name(verdict); });
  json.member("severity", name(finding.severity));
  json.member("scan", finding.scan);
  json.member("flood", finding.flood);
  json.member("transport", name(finding.transport));
  write_endpoint(json, "client", finding.client);
  write_endpoint(json, "server", finding.server);
  json.member("count", finding.count);
  json.member("first", rfc3339(finding.first));
  json.member("last", rfc3339(finding.last));
  json.member("vantage", name(finding.vantage));
  json.member("confidence", rounded(finding.confidence));
  json.list("confidence_reasons", finding.confidence_reasons);
  json.object("attributes", [&] {
    for (const Attribute& attribute : finding.attributes) {
      std::visit([&](const auto& value) { json.member(attribute.name, value); }, attribute.value);
    }
  });
  write_common_factor(json, finding.common_factor);
  json.member("display_filter", finding.display_filter);
  json.objects("evidence", finding.evidence, [&](const Evidence& one) { write_evidence(json, one, capture); });
  json.objects("causes", diagnosis.causes, [&](const RankedCause& cause) { write_cause(json, cause, options); });
  write_next_test(json, diagnosis.next_test);
  if (!finding.local_drops.empty()) {
    json.objects("kernel_drops", finding.local_drops, [&](const LocalDrop& drop) { write_local_drop(json, drop); });
  }
  if (!diagnosis.is_ranked) json.member("ranked", false);
}

void write_report(JsonWriter& json, const Report& report, const JsonOptions& options,
                  const std::function<void()>& after_each) {
  json.member("schema", "whydrop/1");
  json.member("capture", json_capture(report.capture));
  json.object("flows", [&] { write_flow_counts(json, report.flows); });
  std::size_t at = 0;
  json.objects("findings", report.diagnoses, [&](const Diagnosis& diagnosis) {
    write_finding(json, diagnosis, finding_id(at++), report.capture, options);
    after_each();
  });
}

void json_report(const Report& report, const JsonOptions& options, const Print& print) {
  std::string text;
  JsonWriter json(text, JsonWriter::Layout::indented);
  json.object([&] {
    write_report(json, report, options, [&] {
      print(text);
      text.clear();
    });
  });
  print(text += '\n');
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

}  // namespace whydrop
