// What is wrong with a catalog file is said with its file and line.
#include <filesystem>
#include <fstream>

#include "src/cause/catalog_yaml.h"
#include "src/cause/embedded.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

constexpr std::string_view kGood = R"(causes:
  - id: a-cause
    title: A cause
    component: service
    place: server
    summary: A summary
    explains:
      - {verdict: refused, prior: 0.5}
    evidence:
      - {predicate: host_alive, for: 1}
    checks:
      - {system: linux, command: "ss {server}", proves: nothing}
    fixes:
      - {system: linux, command: "true", note: none}
    not_to_confuse_with:
      - {id: b-cause, difference: none}
    sources:
      - https://www.rfc-editor.org/rfc/rfc9293
    otherwise: look elsewhere
logs:
  - id: a-log
    system: ufw
    title: A log
    where: there
    command: "cat {server}"
    needs: nothing
    nothing: lost before
    denies: lost here
    allows: lost behind
    sources: [https://www.rfc-editor.org/rfc/rfc5424]
)";

std::string edited(std::string_view from, std::string_view to) {
  std::string text(kGood);
  return text.replace(text.find(from), from.size(), to);
}

TEST_CASE("a catalog file is read as it is written", "[cause]") {
  const auto file = parse_catalog_file("good.yaml", std::string(kGood));
  REQUIRE(file.has_value());
  REQUIRE(file->causes.size() == 1);
  const CauseEntry& cause = file->causes.front();
  CHECK(cause.id == "a-cause");
  CHECK(cause.component == Component::service);
  CHECK(cause.line == 2);
  REQUIRE(cause.explains.size() == 1);
  CHECK(cause.explains[0].verdict == VerdictId::refused);
  CHECK(cause.explains[0].prior == 0.5);
  CHECK(cause.explains[0].family == "a-cause");
  CHECK(cause.explains[0].place == Place::server);
  REQUIRE(cause.evidence.size() == 1);
  CHECK(cause.evidence[0].predicate == PredicateId::host_alive);
  CHECK_FALSE(cause.evidence[0].negated);
  CHECK(cause.evidence[0].weight_for == 1);
  REQUIRE(cause.checks.size() == 1);
  CHECK(cause.checks[0].where == "on the server");
  CHECK(cause.checks[0].quoted.empty());
  CHECK(cause.otherwise == "look elsewhere");
  CHECK(cause.not_to_confuse_with[0].id == "b-cause");
  REQUIRE(file->logs.size() == 1);
  CHECK(file->logs[0].line == 21);
  CHECK(file->logs[0].guide.system == "ufw");
  CHECK(file->logs[0].guide.allows == "lost behind");
}

TEST_CASE("a verdict list, conditions, negation and rule-outs are read", "[cause]") {
  std::string text = edited("{verdict: refused, prior: 0.5}",
                            "{verdict: [refused, unreachable], prior: 0.5, family: f, place: client, when: {vantage: "
                            "[client, path], transport: tcp, attributes: {code: [a, b], size_suspect: true}}}");
  text.replace(text.find("host_alive, for: 1"), 18, "not host_alive, against: rules_out");
  const auto file = parse_catalog_file("good.yaml", text);
  REQUIRE(file.has_value());
  const CauseEntry& cause = file->causes.front();
  REQUIRE(cause.explains.size() == 2);
  CHECK(cause.explains[1].verdict == VerdictId::unreachable);
  const Condition& when = cause.explains[1].when;
  CHECK(when.vantages == std::vector{Vantage::client, Vantage::path});
  CHECK(when.transports == std::vector{Transport::tcp});
  REQUIRE(when.attributes.size() == 2);
  CHECK(when.attributes[0].values == std::vector<std::string>{"a", "b"});
  CHECK(cause.explains[1].family == "f");
  CHECK(cause.explains[1].place == Place::client);
  CHECK(cause.evidence[0].negated);
  CHECK(cause.evidence[0].rules_out);
}

TEST_CASE("what is wrong with a catalog file is said with its line and a way out", "[cause]") {
  struct Row {
    std::string_view from;
    std::string_view to;
    std::string_view message;
  };
  const auto row = GENERATE(
      Row{"    title: A cause", "    titel: A cause",
          "unknown key in a cause 'titel', at line 3; did you mean 'title'?"},
      Row{"    title: A cause\n", "", "a cause lacks 'title', at line 2"},
      Row{"    title: A cause", "    title: A cause\n    title: B", "key 'title' is given twice, at line 4"},
      Row{"title: A cause", "title: \"two\\nlines\"", "'title' is one line of text, at line 3"},
      Row{"title: A cause", "title: [A]", "'title' is one line of text, at line 3"},
      Row{"component: service", "component: servise",
          "unknown component 'servise', at line 4; did you mean 'service'?"},
      Row{"place: server", "place: servers", "unknown place 'servers', at line 5; did you mean 'server'?"},
      Row{"verdict: refused", "verdict: refuse", "unknown verdict 'refuse', at line 8; did you mean 'refused'?"},
      Row{"verdict: refused, ", "", "an explanation lacks 'verdict', at line 8"},
      Row{"prior: 0.5", "prior: 0", "'prior' is a number above 0, at most 1, at line 8"},
      Row{"prior: 0.5", "prior: 1", "'prior' is a probability below 1, at line 8"},
      Row{"prior: 0.5", "prior: often", "'prior' is a number above 0, at most 1, at line 8"},
      Row{"prior: 0.5", "prior: .nan", "'prior' is a number above 0, at most 1, at line 8"},
      Row{"prior: 0.5", "prior: 0.5, when: {vantage: cliant}",
          "unknown vantage 'cliant', at line 8; did you mean 'client'?"},
      Row{"prior: 0.5", "prior: 0.5, when: {transport: tpc}",
          "unknown transport 'tpc', at line 8; did you mean 'tcp'?"},
      Row{"prior: 0.5", "prior: 0.5, when: {vantages: client}",
          "unknown key in a condition 'vantages', at line 8; did you mean 'vantage'?"},
      Row{"host_alive", "host_aliv", "unknown predicate 'host_aliv', at line 10; did you mean 'host_alive'?"},
      Row{"host_alive", "not host_aliv", "unknown predicate 'host_aliv', at line 10; did you mean 'host_alive'?"},
      Row{"for: 1", "for: 7", "'for' is a number above 0, at most 6, at line 10"},
      Row{"for: 1", "for: -1", "'for' is a number above 0, at most 6, at line 10"},
      Row{"for: 1", "against: never", "'against' is a number above 0, at most 6, at line 10"},
      Row{", for: 1", "", "evidence lacks both 'for' and 'against', at line 10"},
      Row{"system: linux", "system: linus", "unknown system 'linus', at line 12; did you mean 'linux'?"},
      Row{"{server}", "{sever}", "unknown placeholder 'sever', at line 12; did you mean 'server'?"},
      Row{"proves: nothing", "proves: nothing, quoted: a book", "'quoted' is a page, https://..., at line 12"},
      Row{"    denies: lost here\n", "", "a log lacks 'denies', at line 21"},
      Row{"system: ufw", "system: ufv", "unknown system 'ufv', at line 22; did you mean 'ufw'?"},
      Row{"cat {server}", "cat {sever}", "unknown placeholder 'sever', at line 25; did you mean 'server'?"},
      Row{"allows: lost behind", "allow: lost behind",
          "unknown key in a log 'allow', at line 29; did you mean 'allows'?"},
      Row{", proves: nothing", "", "a check lacks 'proves', at line 12"},
      Row{"note: none", "nota: none", "unknown key in a fix 'nota', at line 14; did you mean 'note'?"},
      Row{"    sources:\n      - https://www.rfc-editor.org/rfc/rfc9293\n", "", "a cause lacks 'sources', at line 2"},
      Row{"sources:\n      - https://www.rfc-editor.org/rfc/rfc9293", "sources: []",
          "'sources' is a list with at least one element, at line 17"},
      Row{"    otherwise: look elsewhere\n", "", "a cause lacks 'otherwise', at line 2"},
      Row{"explains:\n      - {", "explains: {a: {", "not YAML: "},
      Row{"causes:", "cause:",
          "unknown key in a catalog file "
          "'cause', at line 1; did you mean 'causes'?"});
  INFO(row.from << " -> " << row.to);
  const auto file = parse_catalog_file("mine/bad.yaml", edited(row.from, row.to));
  REQUIRE_FALSE(file.has_value());
  CHECK_THAT(file.error().message(), Catch::StartsWith("mine/bad.yaml: " + std::string(row.message)));
}

TEST_CASE("a word that is near to nothing is answered with all that is known", "[cause]") {
  const auto file = parse_catalog_file("bad.yaml", edited("place: server", "place: somewhere"));
  REQUIRE_FALSE(file.has_value());
  CHECK(file.error().way_out == "known are client, request-path, server, return-path, either-path, no-server, capture");
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "whydrop-catalog-test") {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

constexpr std::string_view kLookAlike = "    not_to_confuse_with:\n      - {id: b-cause, difference: none}\n";

TEST_CASE("a folder of the user's adds causes and replaces those of the same id", "[cause]") {
  const Folder folder;
  folder.write("a.yaml", edited(kLookAlike, ""));
  std::string replacing = edited(kLookAlike, "");
  replacing.replace(replacing.find("a-cause"), 7, "host-down");
  replacing.replace(replacing.find("a-log"), 5, "ufw-log");
  folder.write("b.yaml", replacing);
  folder.write("notes.txt", "not a catalog");
  const auto plain = load_catalog(embedded_catalog(), std::nullopt);
  const auto extended = load_catalog(embedded_catalog(), folder.path());
  REQUIRE(plain.has_value());
  REQUIRE(extended.has_value());
  CHECK(extended->causes().size() == plain->causes().size() + 1);
  REQUIRE(extended->find("a-cause") != nullptr);
  CHECK(extended->find("host-down")->title == "A cause");
  CHECK(extended->logs().size() == plain->logs().size() + 1);
}

TEST_CASE("references between files are checked when all are there", "[cause]") {
  struct Row {
    std::string_view from;
    std::string_view to;
    std::string_view message;
  };
  const auto row = GENERATE(Row{"", "", "cause 'a-cause' is not to be confused with the unknown 'b-cause', at line 2"},
                            Row{"prior: 0.5", "prior: 0.5, family: flock",
                                "cause 'a-cause' names the unknown family 'flock', at line 2; list it "
                                "under families:, with a title"});
  const Folder folder;
  folder.write("a.yaml", edited(row.from, row.to));
  const auto catalog = load_catalog(embedded_catalog(), folder.path());
  REQUIRE_FALSE(catalog.has_value());
  CHECK(catalog.error().message() == folder.path() + "/a.yaml: " + std::string(row.message));
}

TEST_CASE("an id that is given twice is an error with both places", "[cause]") {
  const Folder folder;
  folder.write("a.yaml", edited(kLookAlike, ""));
  folder.write("b.yaml", edited(kLookAlike, ""));
  const auto catalog = load_catalog(embedded_catalog(), folder.path());
  REQUIRE_FALSE(catalog.has_value());
  CHECK(catalog.error().message() == folder.path() + "/b.yaml: cause 'a-cause' is given twice, at line 2; first at " +
                                         folder.path() + "/a.yaml line 2");
}

TEST_CASE("a folder that is missing or holds no catalog file is an error", "[cause]") {
  const Folder folder;
  const auto empty = load_catalog(embedded_catalog(), folder.path());
  REQUIRE_FALSE(empty.has_value());
  CHECK(empty.error().message() == folder.path() + ": no *.yaml file in this folder");
  const auto missing = load_catalog(embedded_catalog(), folder.path() + "/nowhere");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().path == folder.path() + "/nowhere");
}

}  // namespace
}  // namespace whydrop
