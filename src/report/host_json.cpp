// A host's snapshot to JSON and back.
#include "src/report/host_json.h"

#include <fmt/format.h>

#include "src/core/text.h"
#include "src/report/host_fields.h"

namespace whydrop {
namespace {

constexpr std::string_view kSchema = "whydrop-host/1";
constexpr std::string_view kWayOut = "write it again: whydrop snapshot > FILE";

Error wrong(const std::string& path, std::string what, std::string where) {
  return {.path = path, .what = std::move(what), .where = std::move(where), .way_out = std::string(kWayOut)};
}

/// "whydrop/1", or nothing where it names no schema.
std::string schema_of(const Json& json) {
  if (!json.is_object()) return "";
  const auto schema = json.find("schema");
  return schema != json.end() && schema->is_string() ? schema->get<std::string>() : "";
}

}  // namespace

std::string host_json(const HostSnapshot& host) {
  Json json = {{"schema", kSchema}};
  FactWriter io(json, Side::low);
  fields(io, host);
  return dumped(json, 2);
}

std::expected<HostSnapshot, Error> host_in_json(std::string_view text, const std::string& path) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& failure) {
    return std::unexpected(wrong(path, "is not JSON, or not all of it", fmt::format("byte {}", failure.byte)));
  }
  const std::string schema = schema_of(json);
  if (schema != kSchema) {
    std::string what = schema.empty() ? "does not say that it holds host facts"
                                      : fmt::format("holds {}, not {}", escaped(schema), kSchema);
    return std::unexpected(wrong(path, std::move(what), "\"schema\""));
  }
  FactReader::Context context;
  FactReader io(json, context);
  HostSnapshot host;
  fields(io, host);
  if (context.wrong.empty()) return host;
  return std::unexpected(
      wrong(path, "a member is missing, or not what it can be", fmt::format("\"{}\"", context.wrong)));
}

}  // namespace whydrop
