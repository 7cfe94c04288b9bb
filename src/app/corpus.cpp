// `whydrop corpus`: every capture under a folder against its expectation.
#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>

#include "src/app/catalog.h"
#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/corpus/check.h"
#include "src/app/options.h"
#include "src/app/sandbox/sandbox.h"

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

/// The file that JUnit XML goes to; opened early, while files can be made, and emptied late.
class JunitFile {
 public:
  explicit JunitFile(const std::string& path) : path_(path) {
    constexpr mode_t kReadableByAll = 0666;  // as the umask has it
    if (is_wanted()) file_ = Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kReadableByAll));
    if (is_wanted() && file_.fd() < 0) failure_ = errno;
  }

  bool is_wanted() const { return !path_.empty(); }
  int fd() const { return file_.fd(); }
  ExitStatus write(const CorpusResult& result) {
    if (is_wanted() && failure_ == 0) failure_ = replace_text(file_.fd(), corpus_junit(result));
    return complain_if_failed();
  }
  ExitStatus complain_if_failed() const {
    if (failure_ == 0) return ExitStatus::done;
    complain({path_, std::generic_category().message(failure_), "", ""});
    return ExitStatus::trouble;
  }

 private:
  std::string path_;
  Descriptor file_;
  int failure_ = 0;  ///< errno
};

/// Links below the folder may lead out of it.
std::vector<std::string> links_below(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  std::vector<std::string> links;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->is_symlink(failed)) links.push_back(at->path().string());
  }
  return links;
}

std::optional<Sandbox> enter_sandbox_of(const CorpusOptions& corpus, const JunitFile& junit) {
  Profile profile = profile_of(Confined::corpus);
  profile.reads = links_below(corpus.directory);
  profile.reads.push_back(corpus.directory);
  if (corpus.bless) profile.writes = {corpus.directory};
  profile.stays_owner = corpus.bless;
  if (junit.fd() >= 0) profile.outputs = {junit.fd()};
  return enter_sandbox(profile);
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
  JunitFile junit(options.junit);
  if (junit.complain_if_failed() != ExitStatus::done) return ExitStatus::trouble;
  const auto sandbox = enter_sandbox_of(options.corpus, junit);
  if (!sandbox) return ExitStatus::trouble;
  const auto result = check_corpus(options.corpus, *catalog);
  if (!result) {
    complain(result.error());
    return ExitStatus::trouble;
  }
  const ExitStatus written = junit.write(*result);
  return worse(worse(status_of(*result), written), print(printed(*result, options)));
}

}  // namespace whydrop
