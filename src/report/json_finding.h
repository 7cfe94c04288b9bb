// A report's JSON as values, for outputs that hold it inside something else.
#pragma once

#include <string>

#include "src/report/json.h"
#include "src/report/json_parts.h"

namespace whydrop {

/// A member of `findings`, named `id`.
Json json_finding(const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                  const JsonOptions& options);

/// The whole object of schema whydrop/1.
Json json_of(const Report& report, const JsonOptions& options);

}  // namespace whydrop
