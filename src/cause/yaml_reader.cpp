// Strict reading of YAML mappings.
#include "src/cause/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/core/text.h"

namespace whydrop {

void YamlErrors::keep(const YAML::Mark& at, std::string what, std::string way_out) {
  if (first_) return;
  const std::string where = at.is_null() ? "" : fmt::format("line {}", at.line + 1);
  first_ = Error{.path = path_, .what = std::move(what), .where = where, .way_out = std::move(way_out)};
}

void YamlErrors::report(const YAML::Node& at, std::string what, std::string way_out) {
  keep(at.IsDefined() ? at.Mark() : YAML::Mark::null_mark(), std::move(what), std::move(way_out));
}

void YamlErrors::report_unknown(const YAML::Node& at, std::string_view kind, std::string_view word,
                                std::span<const std::string_view> known) {
  const std::string near = nearest(word, known);
  const std::string way_out =
      near.empty() ? fmt::format("known are {}", fmt::join(known, ", ")) : fmt::format("did you mean '{}'?", near);
  report(at, fmt::format("unknown {} '{}'", kind, word), way_out);
}

void YamlErrors::report_syntax(const YAML::Exception& failure) {
  keep(failure.mark, fmt::format("not YAML: {}", failure.msg), "");
}

YamlMap::YamlMap(const YAML::Node& node, std::string_view what, std::span<const std::string_view> keys,
                 YamlErrors& errors)
    : node_(node), what_(what), errors_(errors) {
  if (!node.IsMap()) {
    errors.report(node, fmt::format("{} is a mapping of keys to values", what));
    node_ = YAML::Node(YAML::NodeType::Map);
    return;
  }
  std::vector<std::string> seen;
  for (const auto& pair : node) {
    const std::string key = pair.first.IsScalar() ? pair.first.Scalar() : std::string();
    if (std::ranges::find(keys, key) == keys.end()) {
      errors.report_unknown(pair.first, fmt::format("key in {}", what), key, keys);
    }
    if (std::ranges::find(seen, key) != seen.end())
      errors.report(pair.first, fmt::format("key '{}' is given twice", key));
    seen.push_back(key);
  }
}

YAML::Node YamlMap::value(std::string_view key) const {
  for (const auto& pair : node_) {
    if (pair.first.IsScalar() && pair.first.Scalar() == key) return pair.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

YAML::Node YamlMap::required(std::string_view key) const {
  const YAML::Node node = value(key);
  if (!node.IsDefined()) errors_.report(node_, fmt::format("{} lacks '{}'", what_, key));
  return node;
}

std::string YamlMap::scalar(const YAML::Node& node, std::string_view key) const {
  if (!node.IsDefined()) return {};
  if (node.IsScalar() && !node.Scalar().empty() && node.Scalar().find('\n') == std::string::npos) return node.Scalar();
  errors_.report(node, fmt::format("'{}' is one line of text", key));
  return {};
}

std::string YamlMap::text(std::string_view key) const { return scalar(required(key), key); }

std::string YamlMap::text_or(std::string_view key, std::string_view otherwise) const {
  return has(key) ? scalar(value(key), key) : std::string(otherwise);
}

double YamlMap::number(std::string_view key, double low, double high) const {
  const YAML::Node node = required(key);
  double read = 0;
  if (!node.IsDefined()) return read;
  const bool is_number = node.IsScalar() && YAML::convert<double>::decode(node, read);
  const bool in_range = read > low && read <= high;  // never for NaN
  if (!is_number || !in_range) {
    errors_.report(node, fmt::format("'{}' is a number above {}, at most {}", key, low, high));
  }
  return read;
}

std::vector<YAML::Node> YamlMap::list(std::string_view key) const {
  const YAML::Node node = value(key);
  if (!node.IsDefined()) return {};
  if (node.IsScalar()) return {node};
  if (!node.IsSequence() || node.size() == 0) {
    errors_.report(node, fmt::format("'{}' is a list with at least one element", key));
    return {};
  }
  return {node.begin(), node.end()};
}

std::vector<YAML::Node> YamlMap::required_list(std::string_view key) const {
  required(key);
  return list(key);
}

int YamlMap::line() const { return node_.Mark().line + 1; }

}  // namespace whydrop
