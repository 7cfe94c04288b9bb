// JSON values that more than one output is made of.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/verdict/finding.h"
#include "src/verdict/quality.h"

namespace whydrop {

/// Keeps members in the order in which they were written.
using Json = nlohmann::ordered_json;

/// Four decimals: what lies below is arithmetic, not knowledge.
double rounded(double value);

/// RFC 3339, or null.
Json json_time(const std::optional<Time>& time);

Json json_names(const std::vector<VerdictId>& verdicts);

/// The `capture` member of the report.
Json json_capture(const CaptureSummary& capture);

/// ASCII only: whatever a file name or a packet held, a terminal can print it. Bytes that are not UTF-8 are replaced.
std::string dumped(const Json& json, int indent);

}  // namespace whydrop
