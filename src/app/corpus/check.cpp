// Finds captures and their expectations, analyses each capture by itself, compares.
#include "src/app/corpus/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "src/app/corpus/bless.h"
#include "src/app/corpus/compare.h"
#include "src/app/corpus/expectation.h"
#include "src/app/pipeline.h"

namespace whydrop {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExpectation = ".expect.yaml";
constexpr std::array<std::string_view, 3> kCaptures = {".pcap", ".pcapng", ".cap"};
constexpr std::array<std::string_view, 4> kCompressed = {".gz", ".zst", ".xz", ".lz4"};

template <std::size_t N>
std::string without_suffix(const std::string& path, const std::array<std::string_view, N>& suffixes) {
  for (const std::string_view suffix : suffixes) {
    if (path.ends_with(suffix)) return path.substr(0, path.size() - suffix.size());
  }
  return path;
}

/// NAME.expect.yaml for NAME.pcap[ng][.gz ...]; empty when `path` is no capture.
std::string expectation_of(const std::string& path) {
  const std::string capture = without_suffix(path, kCompressed);
  const std::string stem = without_suffix(capture, kCaptures);
  return stem == capture ? "" : stem + std::string(kExpectation);
}

std::expected<CorpusResult, Error> find_captures(const std::string& directory) {
  std::error_code failed;
  std::set<std::string> captures;
  std::set<std::string> expectations;
  for (fs::recursive_directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string path = at->path().string();
    if (path.ends_with(kExpectation)) expectations.insert(path);
    else if (!expectation_of(path).empty() && at->is_regular_file()) captures.insert(path);
  }
  if (failed) return std::unexpected(Error{directory, failed.message(), "", "name a folder that holds captures"});
  if (captures.empty()) return std::unexpected(Error{directory, "no capture below it", "", ""});

  CorpusResult result;
  for (const std::string& capture : captures) {
    CorpusCheck& check = result.checks.emplace_back();
    check.capture = capture;
    if (const std::string beside = expectation_of(capture); expectations.contains(beside)) check.expectation = beside;
  }
  for (const CorpusCheck& check : result.checks) expectations.erase(check.expectation);
  for (const std::string& orphan : expectations) {
    CorpusCheck& check = result.checks.emplace_back();
    check.capture = check.expectation = orphan;
    check.status = CheckStatus::error;
    check.details = {"an expectation without a capture beside it"};
  }
  std::ranges::sort(result.checks, {}, &CorpusCheck::capture);
  return result;
}

bool rewrite(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  return file.good();
}

void judge(const Expectation& expectation, const Comparison& comparison, CorpusCheck& check) {
  const bool holds = comparison.differences.empty() && !expectation.inexpressible;
  check.reason = expectation.xfail.value_or("");
  if (expectation.xfail) check.status = holds ? CheckStatus::unexpected_pass : CheckStatus::xfail;
  else check.status = holds ? CheckStatus::pass : CheckStatus::fail;
  check.details = comparison.differences;
  check.matched = comparison.matched;
  check.missed = comparison.missed;
  check.unexpected = comparison.unexpected;
  check.causes = comparison.causes;
  check.truths = comparison.truths;
}

/// What kept it from being checked, or its expectation from being blessed.
std::optional<Error> run_check(const CorpusOptions& options, const Catalog& catalog, CorpusCheck& check) {
  const bool is_new = check.expectation.empty();
  if (is_new) check.expectation = expectation_of(check.capture);
  const auto expectation =
      is_new ? first_expectation(check.expectation, catalog) : load_expectation(check.expectation, catalog);
  if (!expectation) return expectation.error();
  const ReadOptions reading{.files = {check.capture},
                            .patience = options.patience,
                            .memory = default_memory_bound() / options.jobs,
                            .threads = 1};
  const Analysis analysis = analyse(reading, nullptr);
  if (!analysis.errors.empty()) return analysis.errors.front();
  const Report report = diagnosed(analysis, catalog, {});
  const Comparison comparison = compare(*expectation, report);
  judge(*expectation, comparison, check);
  if (!options.bless || (check.status != CheckStatus::fail && !is_new)) return std::nullopt;
  if (!rewrite(check.expectation, expectation_yaml(blessed(*expectation, comparison, report)))) {
    return Error{check.expectation, "cannot be written", "", ""};
  }
  check.status = CheckStatus::blessed;
  return std::nullopt;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::expected<CorpusResult, Error> check_corpus(const CorpusOptions& options, const Catalog& catalog) {
  const auto start = std::chrono::steady_clock::now();
  auto result = find_captures(options.directory);
  if (!result) return result;
  result->started = std::chrono::system_clock::now();
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t at = next++; at < result->checks.size(); at = next++) {
      CorpusCheck& check = result->checks[at];
      if (check.status == CheckStatus::error || (check.expectation.empty() && !options.bless)) continue;
      const auto started = std::chrono::steady_clock::now();
      if (const auto failure = run_check(options, catalog, check)) {
        check.status = CheckStatus::error;
        check.details.push_back(failure->message());
      }
      check.seconds = seconds_since(started);
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (unsigned job = 1; job < options.jobs; ++job) helpers.emplace_back(work);
    work();
  }
  result->seconds = seconds_since(start);
  return result;
}

}  // namespace whydrop
