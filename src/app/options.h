// Options that several commands share, and the one way to parse them.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "src/app/commands.h"
#include "src/app/pipeline.h"
#include "src/verdict/finding.h"

namespace whydrop {

/// FILE..., -r FILE, --follow, --patience, --memory, --threads.
void add_reading_options(CLI::App& app, ReadOptions& options);

/// Without --threads: one a processor, but few.
unsigned usual_threads();

/// --memory.
void add_memory_option(CLI::App& app, std::uint64_t& memory);
/// "512M", as bytes.
CLI::Validator size_in_bytes();
/// "10s", "5m", "1h", or a number of seconds, as seconds.
CLI::Validator time_in_seconds();

void add_patience_option(CLI::App& app, double& patience);
void add_catalog_option(CLI::App& app, std::optional<std::string>& directory);

struct CauseOptions {
  std::optional<std::string> catalog;  ///< --catalog DIR
  std::string platform;
};
void add_cause_options(CLI::App& app, CauseOptions& options);

void add_colour_option(CLI::App& app, std::string& choice);

/// --fail-on VERDICT,...|degraded|any.
struct FailOn {
  std::vector<std::string> words;

  bool matches(const Finding& finding) const;
};
void add_fail_on_option(CLI::App& app, FailOn& fail_on);

/// Fills what the options are bound to. A status means that the command is over: help was asked for, or something is
/// wrong with the usage and has been said.
std::optional<ExitStatus> parse(CLI::App& app, const Arguments& arguments);

}  // namespace whydrop
