// `whydrop corpus`: every capture under a folder against its expectation.
#include <cerrno>
#include <fstream>
#include <system_error>
#include <thread>

#include "src/app/catalog.h"
#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/corpus/check.h"
#include "src/app/options.h"

namespace whydrop {
namespace {

struct Options {
  CorpusOptions corpus{.directory = "", .jobs = std::max(1U, std::thread::hardware_concurrency())};
  std::optional<std::string> catalog;
  std::string junit;
  std::string color = "auto";
  bool json = false;
  bool tap = false;
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("DIR", options.corpus.directory, "folder of captures with NAME.expect.yaml beside them")->required();
  app.add_option("-j", options.corpus.jobs, "captures at a time (as many as processors)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
  add_patience_option(app, options.corpus.patience);
  add_catalog_option(app, options.catalog);
  app.add_flag("--bless", options.corpus.bless,
               "write the expectations that do not hold or are missing, after showing how");
  app.add_option("--junit", options.junit, "write JUnit XML to this file too")->type_name("FILE");
  CLI::Option* const json = app.add_flag("--json", options.json, "summary as JSON, schema whydrop-corpus/1");
  app.add_flag("--tap", options.tap, "Test Anything Protocol")->excludes(json);
  add_colour_option(app, options.color);
}

std::string printed(const CorpusResult& result, const Options& options) {
  if (options.json) return corpus_json(result);
  if (options.tap) return corpus_tap(result);
  return corpus_text(result, Paint(colour_wanted(options.color)));
}

ExitStatus write_junit(const CorpusResult& result, const std::string& path) {
  if (path.empty()) return ExitStatus::done;
  std::ofstream file(path, std::ios::binary);
  file << corpus_junit(result) << std::flush;
  if (file) return ExitStatus::done;
  complain({path, std::generic_category().message(errno), "", ""});
  return ExitStatus::trouble;
}

ExitStatus status_of(const CorpusResult& result) {
  ExitStatus status = ExitStatus::done;
  for (const CorpusCheck& check : result.checks) {
    if (check.status == CheckStatus::error) status = ExitStatus::trouble;
    else if (is_mismatch(check.status)) status = worse(status, ExitStatus::matched);
  }
  return status;
}

}  // namespace

ExitStatus run_corpus(const Arguments& arguments) {
  CLI::App app("Checks every capture under a folder against the expectation beside it.", "corpus");
  Options options;
  add_options(app, options);
  if (const auto over = parse(app, arguments)) return *over;
  const auto catalog = catalog_with(options.catalog);
  if (!catalog) return ExitStatus::trouble;
  const auto result = check_corpus(options.corpus, *catalog);
  if (!result) {
    complain(result.error());
    return ExitStatus::trouble;
  }
  const ExitStatus written = write_junit(*result, options.junit);
  return worse(worse(status_of(*result), written), print(printed(*result, options)));
}

}  // namespace whydrop
