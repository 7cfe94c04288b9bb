// Reads expectations; a misspelt one must not pass by matching nothing.
#include "src/app/corpus/expectation.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <limits>
#include <memory>

#include "src/cause/yaml_reader.h"

namespace whydrop {
namespace {

constexpr std::array<std::string_view, 6> kKeys = {"note", "findings", "absent", "quality", "allow_others", "xfail"};
constexpr std::array<std::string_view, 13> kFindingKeys = {
    "verdict",    "transport", "client", "server",       "server_port",  "count", "vantage",
    "attributes", "secondary", "cause",  "cause_family", "cause_within", "truth"};
constexpr std::array kTransports = {Transport::tcp,   Transport::udp, Transport::icmp,
                                    Transport::icmp6, Transport::arp, Transport::nd};
constexpr std::array kVantages = {Vantage::unknown, Vantage::client, Vantage::server, Vantage::path};

/// Which of `values` bears the name that `node` gives; what is none of them is reported.
template <typename Values, typename NameOf>
auto named(const YAML::Node& node, std::string_view kind, const Values& values, NameOf name_of, YamlErrors& errors) {
  using Value = std::decay_t<decltype(*values.begin())>;
  std::vector<std::string_view> names;
  for (const Value& value : values) {
    names.push_back(name_of(value));
    if (node.IsScalar() && node.Scalar() == names.back()) return std::optional<Value>(value);
  }
  errors.report_unknown(node, kind, node.IsScalar() ? node.Scalar() : "", names);
  return std::optional<Value>();
}

std::optional<VerdictId> verdict(const YAML::Node& node, YamlErrors& errors) {
  const auto found = named(node, "verdict", all_verdicts(), [](const VerdictInfo& one) { return one.name; }, errors);
  return found ? std::optional(found->id) : std::nullopt;
}

std::vector<VerdictId> verdicts(const YamlMap& map, std::string_view key, YamlErrors& errors) {
  std::vector<VerdictId> found;
  for (const YAML::Node& node : map.list(key)) {
    if (const auto id = verdict(node, errors)) found.push_back(*id);
  }
  return found;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const text_end = std::to_address(text.end());
  const auto [end, failed] = std::from_chars(std::to_address(text.begin()), text_end, value);
  if (failed != std::errc() || end != text_end) return std::nullopt;
  return value;
}

std::optional<CountRange> range(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto least = number(text.substr(0, dots));
  const auto most = dots == std::string_view::npos ? least : number(text.substr(dots + 2));
  if (!least || !most || *least > *most) return std::nullopt;
  return CountRange{*least, *most};
}

std::optional<std::uint64_t> whole_number(const YamlMap& map, std::string_view key, std::uint64_t most,
                                          YamlErrors& errors) {
  if (!map.has(key)) return std::nullopt;
  const auto value = number(map.text(key));
  if (value && *value != 0 && *value <= most) return value;
  errors.report(map.value(key), fmt::format("'{}' is a whole number from 1 to {}", key, most));
  return std::nullopt;
}

/// roles.yaml in the expectation's folder: a flat map of role to addresses. None where there is no such file.
Roles read_roles(const std::string& expectation, YamlErrors& errors) {
  const std::filesystem::path path = std::filesystem::path(expectation).parent_path() / "roles.yaml";
  Roles roles;
  if (!std::filesystem::exists(path)) return roles;
  for (const auto& entry : YAML::LoadFile(path.string())) {
    for (const YAML::Node& text : entry.second) {
      const auto parsed = text.IsScalar() ? IpAddress::parse(text.Scalar()) : std::nullopt;
      if (parsed) roles[entry.first.as<std::string>()].push_back(*parsed);
      else errors.report(text, fmt::format("{}: not an IP address", path.string()));
    }
  }
  return roles;
}

std::optional<ExpectedAddress> address(const YamlMap& map, std::string_view key, const Roles& roles,
                                       YamlErrors& errors) {
  if (!map.has(key)) return std::nullopt;
  const std::string text = map.text(key);
  if (const auto role = roles.find(text); role != roles.end()) return ExpectedAddress(text, role->second);
  const auto parsed = IpAddress::parse(text);
  if (!parsed)
    errors.report(map.value(key), fmt::format("'{}' is neither an IP address nor a role in roles.yaml", text));
  return parsed;
}

std::optional<CountRange> count(const YamlMap& map, YamlErrors& errors) {
  if (!map.has("count")) return std::nullopt;
  const auto parsed = range(map.text("count"));
  if (!parsed) errors.report(map.value("count"), "'count' is a number, or a range as 2..5");
  return parsed;
}

std::vector<std::pair<std::string, std::string>> attributes(const YamlMap& map, YamlErrors& errors) {
  std::vector<std::pair<std::string, std::string>> found;
  if (!map.has("attributes")) return found;
  const YAML::Node node = map.value("attributes");
  std::vector<std::string_view> keys;
  if (!node.IsMap()) errors.report(node, "'attributes' is a mapping of names to values");
  for (const auto& pair : node) {
    if (!pair.first.IsScalar() || !pair.second.IsScalar()) {
      errors.report(pair.first, "an attribute is one name and one value");
      continue;
    }
    const std::string& name = pair.first.Scalar();
    if (std::ranges::find(keys, name) != keys.end())
      errors.report(pair.first, fmt::format("'{}' is given twice", name));
    keys.push_back(name);
    found.emplace_back(name, pair.second.Scalar());
  }
  return found;
}

/// `known` says whether the catalog has an entry of that name.
template <typename Known>
std::optional<std::string> catalog_id(const YamlMap& map, std::string_view key, Known known, YamlErrors& errors) {
  if (!map.has(key)) return std::nullopt;
  std::string id = map.text(key);
  if (!known(id)) errors.report(map.value(key), fmt::format("the catalog has no {} '{}'", key, id), "whydrop explain");
  return id;
}

/// What a finding is read with. `unknown_ids` takes names of verdicts and causes that do not exist.
struct Known {
  const Catalog& catalog;
  const Roles& roles;
  YamlErrors& unknown_ids;
};

/// Moves a sender that is given by role out of the attributes, which are compared as text.
void take_sender(const Roles& roles, ExpectedFinding& expected) {
  const auto sender = std::ranges::find(expected.attributes, "sender", &std::pair<std::string, std::string>::first);
  if (sender == expected.attributes.end()) return;
  const auto role = roles.find(sender->second);
  if (role == roles.end()) return;
  expected.sender = ExpectedAddress(role->first, role->second);
  expected.attributes.erase(sender);
}

ExpectedFinding finding(const YAML::Node& node, const Known& known, YamlErrors& errors) {
  const YamlMap map(node, "a finding", kFindingKeys, errors);
  const Catalog& catalog = known.catalog;
  ExpectedFinding expected;
  expected.line = map.line();
  if (const YAML::Node wanted = map.required("verdict"); wanted.IsDefined()) {
    expected.verdict = verdict(wanted, known.unknown_ids).value_or(VerdictId::ok);
  }
  const auto by_name = [](auto value) { return name(value); };
  if (map.has("transport")) {
    expected.transport = named(map.value("transport"), "transport", kTransports, by_name, errors);
  }
  if (map.has("vantage")) expected.vantage = named(map.value("vantage"), "vantage", kVantages, by_name, errors);
  expected.client = address(map, "client", known.roles, errors);
  expected.server = address(map, "server", known.roles, errors);
  if (const auto port = whole_number(map, "server_port", std::numeric_limits<std::uint16_t>::max(), errors)) {
    expected.server_port = static_cast<std::uint16_t>(*port);
  }
  expected.count = count(map, errors);
  expected.attributes = attributes(map, errors);
  take_sender(known.roles, expected);
  expected.secondary = verdicts(map, "secondary", known.unknown_ids);
  const auto is_cause = [&](const auto& id) { return catalog.find(id) != nullptr; };
  expected.cause = catalog_id(map, "cause", is_cause, known.unknown_ids);
  expected.truth = catalog_id(map, "truth", is_cause, known.unknown_ids);
  // A cause that stands alone is its own family.
  expected.cause_family = catalog_id(
      map, "cause_family",
      [&](const auto& id) { return catalog.find_family(id) != nullptr || catalog.find(id) != nullptr; },
      known.unknown_ids);
  if (expected.cause && expected.truth && *expected.cause != *expected.truth) {
    errors.report(map.value("truth"), "the 'cause' that is expected is not the 'truth'");
  }
  if (expected.cause && expected.cause_family) errors.report(node, "'cause' and 'cause_family' exclude each other");
  expected.cause_within = whole_number(map, "cause_within", 1000, errors).value_or(1);
  return expected;
}

bool flag(const YamlMap& map, std::string_view key, YamlErrors& errors) {
  if (!map.has(key)) return false;
  const std::string text = map.text(key);
  if (text != "true" && text != "false") errors.report(map.value(key), fmt::format("'{}' is true or false", key));
  return text == "true";
}

void read_findings(const YamlMap& map, const Known& known, YamlErrors& errors, Expectation& expectation) {
  const YAML::Node node = map.value("findings");
  expectation.none = node.IsDefined() && node.IsScalar() && node.Scalar() == "none";
  if (expectation.none) return;
  if (!node.IsDefined()) {
    if (!expectation.allow_others) map.required("findings");
    return;
  }
  if (!node.IsSequence()) errors.report(node, "'findings' is a list, or none");
  for (const YAML::Node& one : node) expectation.findings.push_back(finding(one, known, errors));
}

Expectation expectation_of(const YAML::Node& root, const Catalog& catalog, YamlErrors& errors) {
  const YamlMap map(root, "an expectation", kKeys, errors);
  Expectation expectation;
  expectation.note = map.text_or("note", "");
  expectation.allow_others = flag(map, "allow_others", errors);
  if (map.has("xfail")) expectation.xfail = map.text("xfail");
  // What is expected to fail may wait for a verdict or a cause that is yet to come.
  YamlErrors tolerated(errors.path());
  expectation.roles = read_roles(errors.path(), errors);
  const Known known{catalog, expectation.roles, expectation.xfail ? tolerated : errors};
  read_findings(map, known, errors, expectation);
  expectation.absent = verdicts(map, "absent", known.unknown_ids);
  expectation.inexpressible = tolerated.first().has_value();
  for (const YAML::Node& node : map.list("quality")) {
    const auto note =
        named(node, "quality note", all_quality_notes(), [](const QualityInfo& one) { return one.name; }, errors);
    if (note) expectation.quality.push_back(note->id);
  }
  return expectation;
}

template <typename Load>
std::expected<Expectation, Error> checked(const std::string& path, const Catalog& catalog, Load load) {
  YamlErrors errors(path);
  Expectation expectation;
  try {
    expectation = expectation_of(load(), catalog, errors);
  } catch (const YAML::BadFile&) {
    return std::unexpected(Error{path, "cannot be read", "", ""});
  } catch (const YAML::Exception& failure) {
    errors.report_syntax(failure);
  }
  if (errors.first()) return std::unexpected(*errors.first());
  return expectation;
}

}  // namespace

bool ExpectedAddress::fits(const std::optional<IpAddress>& found) const {
  return found && std::ranges::find(any_of, *found) != any_of.end();
}

std::string to_string(const CountRange& range) {
  return range.least == range.most ? std::to_string(range.least) : fmt::format("{}..{}", range.least, range.most);
}

std::expected<Expectation, Error> load_expectation(const std::string& path, const Catalog& catalog) {
  return checked(path, catalog, [&] { return YAML::LoadFile(path); });
}

std::expected<Expectation, Error> first_expectation(const std::string& path, const Catalog& catalog) {
  return checked(path, catalog, [] { return YAML::Load("findings: none"); });
}

}  // namespace whydrop
