// Strict reading of YAML mappings: every key is known, given once, and of the right shape.
//
// The first thing that is wrong is kept and the rest reads as empty, so that parsers stay straight lines and look at
// the error once, at the end. yaml-cpp keeps duplicate keys silently; they are found here.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/core/error.h"

namespace whydrop {

class YamlErrors {
 public:
  explicit YamlErrors(std::string path) : path_(std::move(path)) {}

  void report(const YAML::Node& at, std::string what, std::string way_out = {});
  /// For a word that is none of `known`.
  void report_unknown(const YAML::Node& at, std::string_view kind, std::string_view word,
                      std::span<const std::string_view> known);
  void report_syntax(const YAML::Exception& failure);

  const std::optional<Error>& first() const { return first_; }
  const std::string& path() const { return path_; }

 private:
  void keep(const YAML::Mark& at, std::string what, std::string way_out);

  std::string path_;
  std::optional<Error> first_;
};

class YamlMap {
 public:
  /// `what` names the mapping in messages: "a cause".
  YamlMap(const YAML::Node& node, std::string_view what, std::span<const std::string_view> keys, YamlErrors& errors);

  bool has(std::string_view key) const { return value(key).IsDefined(); }
  /// The value, or an undefined node.
  YAML::Node value(std::string_view key) const;
  /// The value; what is missing is reported.
  YAML::Node required(std::string_view key) const;
  /// Not empty, one line.
  std::string text(std::string_view key) const;
  std::string text_or(std::string_view key, std::string_view otherwise) const;
  /// Above `low`, at most `high`.
  double number(std::string_view key, double low, double high) const;
  /// The elements of a sequence, or the one scalar that stands for a sequence of one; empty where the key is missing.
  std::vector<YAML::Node> list(std::string_view key) const;
  std::vector<YAML::Node> required_list(std::string_view key) const;
  /// 1-based.
  int line() const;

 private:
  std::string scalar(const YAML::Node& node, std::string_view key) const;

  YAML::Node node_;
  std::string_view what_;
  YamlErrors& errors_;
};

}  // namespace whydrop
