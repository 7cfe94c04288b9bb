// The report for programs: one JSON object of schema whydrop/1 (whydrop-1.schema.json).
#pragma once

#include <string>

#include "src/cause/diagnosis.h"
#include "src/report/print.h"

namespace whydrop {

struct JsonOptions {
  bool scores = false;  ///< adds each cause's score as its sum
};

/// ASCII, indented, with a newline at its end; the same report gives the same bytes.
void json_report(const Report& report, const JsonOptions& options, const Print& print);
inline std::string json_report(const Report& report, const JsonOptions& options) {
  return printed_by([&](const Print& print) { json_report(report, options, print); });
}

}  // namespace whydrop
