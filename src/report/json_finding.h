// A report's members, for outputs that hold them inside something else.
#pragma once

#include <functional>
#include <string>

#include "src/report/json.h"
#include "src/report/json_writer.h"

namespace whydrop {

/// Of a member of `findings`, named `id`.
void write_finding(JsonWriter& json, const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                   const JsonOptions& options);

/// Of the whole object of schema whydrop/1. `after_each` is called behind each finding.
void write_report(JsonWriter& json, const Report& report, const JsonOptions& options,
                  const std::function<void()>& after_each);

}  // namespace whydrop
