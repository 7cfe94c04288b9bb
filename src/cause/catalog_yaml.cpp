// One catalog file: YAML text to entries. README.md explains the keys to those who write them.
#include "src/cause/catalog_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/cause/placeholders.h"
#include "src/cause/yaml_reader.h"

namespace whydrop {
namespace {

constexpr std::string_view kNegation = "not ";
constexpr std::string_view kRulesOut = "rules_out";

/// The element of `table` that is called `word`; else the first, and a report.
template <typename Table>
auto named(const Table& table, std::string_view kind, const YAML::Node& node, std::string_view word,
           YamlErrors& errors) {
  const auto found = std::ranges::find_if(table, [&](const auto& info) { return info.name == word; });
  if (found != std::end(table)) return *found;
  std::vector<std::string_view> known;
  known.reserve(std::size(table));
  for (const auto& info : table) known.push_back(info.name);
  errors.report_unknown(node, kind, word, known);
  return *std::begin(table);
}

std::string word_of(const YAML::Node& node) { return node.IsDefined() && node.IsScalar() ? node.Scalar() : ""; }

struct VantageName {
  Vantage id;
  std::string_view name;
};
struct TransportName {
  Transport id;
  std::string_view name;
};

std::vector<Vantage> read_vantages(const YamlMap& map, YamlErrors& errors) {
  std::vector<VantageName> names;
  for (const Vantage vantage : {Vantage::unknown, Vantage::client, Vantage::server, Vantage::path}) {
    names.push_back({vantage, name(vantage)});
  }
  std::vector<Vantage> read;
  for (const YAML::Node& node : map.list("vantage")) {
    read.push_back(named(names, "vantage", node, word_of(node), errors).id);
  }
  return read;
}

std::vector<Transport> read_transports(const YamlMap& map, YamlErrors& errors) {
  std::vector<TransportName> names;
  for (const Transport transport :
       {Transport::tcp, Transport::udp, Transport::icmp, Transport::icmp6, Transport::arp, Transport::nd}) {
    names.push_back({transport, name(transport)});
  }
  std::vector<Transport> read;
  for (const YAML::Node& node : map.list("transport")) {
    read.push_back(named(names, "transport", node, word_of(node), errors).id);
  }
  return read;
}

Condition read_condition(const YamlMap& explanation, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"vantage", "transport", "attributes"};
  if (!explanation.has("when")) return {};
  const YamlMap when(explanation.value("when"), "a condition", kKeys, errors);
  Condition condition{
      .vantages = read_vantages(when, errors), .transports = read_transports(when, errors), .attributes = {}};
  for (const auto& pair : when.value("attributes")) {
    Condition::AttributeMatch match{.name = word_of(pair.first), .values = {}};
    if (pair.second.IsScalar()) match.values.push_back(pair.second.Scalar());
    else
      for (const YAML::Node& value : pair.second) match.values.push_back(word_of(value));
    condition.attributes.push_back(std::move(match));
  }
  return condition;
}

/// Who the entry is, for those parts that fall back to it.
struct Defaults {
  std::string family;
  Place place;
};

Place read_place(const YamlMap& map, YamlErrors& errors) {
  const YAML::Node node = map.required("place");
  return named(all_places(), "place", node, word_of(node), errors).id;
}

void read_explanation(const YAML::Node& node, const Defaults& defaults, CauseEntry& entry, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"verdict", "when", "prior", "family", "place"};
  const YamlMap map(node, "an explanation", kKeys, errors);
  Explanation explanation{.verdict = {},
                          .when = read_condition(map, errors),
                          .prior = map.number("prior", 0, 1),
                          .family = map.text_or("family", defaults.family),
                          .place = map.has("place") ? read_place(map, errors) : defaults.place};
  if (explanation.prior >= 1) errors.report(map.value("prior"), "'prior' is a probability below 1");
  for (const YAML::Node& verdict : map.required_list("verdict")) {
    explanation.verdict = named(all_verdicts(), "verdict", verdict, word_of(verdict), errors).id;
    entry.explains.push_back(explanation);
  }
}

EvidenceWeight read_evidence(const YAML::Node& node, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"predicate", "for", "against"};
  const YamlMap map(node, "evidence", kKeys, errors);
  const std::string phrase = map.text("predicate");
  EvidenceWeight weight;
  weight.negated = phrase.starts_with(kNegation);
  const auto word = std::string_view(phrase).substr(weight.negated ? kNegation.size() : 0);
  weight.predicate = named(all_predicates(), "predicate", map.value("predicate"), word, errors).id;
  if (!map.has("for") && !map.has("against")) errors.report(node, "evidence lacks both 'for' and 'against'");
  if (map.has("for")) weight.weight_for = map.number("for", 0, kMaxWeight);
  weight.rules_out = word_of(map.value("against")) == kRulesOut;
  if (map.has("against") && !weight.rules_out) weight.weight_against = map.number("against", 0, kMaxWeight);
  return weight;
}

std::string read_system(const YamlMap& map, YamlErrors& errors) {
  const YAML::Node node = map.required("system");
  return std::string(named(all_systems(), "system", node, word_of(node), errors).name);
}

std::string read_command(const YamlMap& map, YamlErrors& errors) {
  std::string command = map.text("command");
  for (const std::string& word : placeholders_in(command)) {
    named(all_placeholders(), "placeholder", map.value("command"), word, errors);
  }
  return command;
}

/// An address to read on, where there is one.
std::string read_page(const YamlMap& map, YamlErrors& errors) {
  std::string page = map.text_or("quoted", "");
  if (!page.empty() && !page.starts_with("https://"))
    errors.report(map.value("quoted"), "'quoted' is a page, https://...");
  return page;
}

Check read_check(const YAML::Node& node, Component component, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"system", "where", "command", "proves", "quoted"};
  const YamlMap map(node, "a check", kKeys, errors);
  return {.system = read_system(map, errors),
          .where = map.text_or("where", info(component).where),
          .command = read_command(map, errors),
          .proves = map.text("proves"),
          .quoted = read_page(map, errors)};
}

Fix read_fix(const YAML::Node& node, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"system", "command", "note"};
  const YamlMap map(node, "a fix", kKeys, errors);
  return {.system = read_system(map, errors), .command = read_command(map, errors), .note = map.text("note")};
}

LookAlike read_look_alike(const YAML::Node& node, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"id", "difference"};
  const YamlMap map(node, "a look-alike", kKeys, errors);
  return {.id = map.text("id"), .difference = map.text("difference")};
}

CauseEntry read_cause(const YAML::Node& node, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {
      "id",     "family",    "title", "component",           "place",  "summary", "explains", "evidence",
      "checks", "otherwise", "fixes", "not_to_confuse_with", "sources"};
  const YamlMap map(node, "a cause", kKeys, errors);
  CauseEntry entry;
  entry.id = map.text("id");
  entry.title = map.text("title");
  entry.summary = map.text("summary");
  entry.file = errors.path();
  entry.line = map.line();
  const YAML::Node component = map.required("component");
  entry.component = named(all_components(), "component", component, word_of(component), errors).id;
  const Defaults defaults{.family = map.text_or("family", entry.id), .place = read_place(map, errors)};
  for (const YAML::Node& item : map.required_list("explains")) read_explanation(item, defaults, entry, errors);
  for (const YAML::Node& item : map.list("evidence")) entry.evidence.push_back(read_evidence(item, errors));
  for (const YAML::Node& item : map.required_list("checks")) {
    entry.checks.push_back(read_check(item, entry.component, errors));
  }
  entry.otherwise = map.text("otherwise");
  for (const YAML::Node& item : map.list("fixes")) entry.fixes.push_back(read_fix(item, errors));
  for (const YAML::Node& item : map.list("not_to_confuse_with")) {
    entry.not_to_confuse_with.push_back(read_look_alike(item, errors));
  }
  for (const YAML::Node& item : map.required_list("sources")) entry.sources.push_back(word_of(item));
  return entry;
}

CatalogFile::Log read_log(const YAML::Node& node, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"id",    "system",  "title",  "where",  "command",
                                               "needs", "nothing", "denies", "allows", "sources"};
  const YamlMap map(node, "a log", kKeys, errors);
  LogGuide log{.id = map.text("id"),
               .system = read_system(map, errors),
               .title = map.text("title"),
               .where = map.text("where"),
               .command = read_command(map, errors),
               .needs = map.text("needs"),
               .nothing = map.text("nothing"),
               .denies = map.text("denies"),
               .allows = map.text("allows"),
               .sources = {}};
  for (const YAML::Node& item : map.required_list("sources")) log.sources.push_back(word_of(item));
  return {.guide = std::move(log), .line = map.line()};
}

CatalogFile::Family read_family(const YAML::Node& node, YamlErrors& errors) {
  static constexpr std::string_view kKeys[] = {"id", "title"};
  const YamlMap map(node, "a family", kKeys, errors);
  return {.entry = {.id = map.text("id"), .title = map.text("title")}, .line = map.line()};
}

}  // namespace

std::expected<CatalogFile, Error> parse_catalog_file(const std::string& path, const std::string& text) {
  static constexpr std::string_view kKeys[] = {"families", "causes", "logs"};
  YamlErrors errors(path);
  CatalogFile file;
  try {
    const YAML::Node root = YAML::Load(text);
    const YamlMap map(root, "a catalog file", kKeys, errors);
    for (const YAML::Node& node : map.list("families")) file.families.push_back(read_family(node, errors));
    for (const YAML::Node& node : map.list("causes")) file.causes.push_back(read_cause(node, errors));
    for (const YAML::Node& node : map.list("logs")) file.logs.push_back(read_log(node, errors));
  } catch (const YAML::Exception& failure) {
    errors.report_syntax(failure);
  }
  if (errors.first()) return std::unexpected(*errors.first());
  return file;
}

}  // namespace whydrop
