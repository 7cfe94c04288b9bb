// JSON as it is written: member by member into one buffer, with no tree of values in between, which for a report of
// many findings costs more time than the findings themselves.
//
// Layout, escapes and digits are those of nlohmann-json's dump, to the byte: outputs that are small or rare are still
// trees (json_parts.h), and a reader need not know which.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "src/report/json_parts.h"

namespace whydrop {

class JsonWriter {
 public:
  enum class Layout : std::uint8_t { one_line, indented };

  /// Appends to `out`, which may be emptied at any time.
  JsonWriter(std::string& out, Layout layout) : out_(out), layout_(layout) {}

  /// `fill` writes the members.
  template <typename Fill>
  void object(const Fill& fill) {
    begin('{');
    fill();
    end('}');
  }

  // Members of the innermost object.

  template <typename T>
  void member(std::string_view name, const T& value) {
    key(name);
    write(value);
  }
  template <typename Fill>
  void object(std::string_view name, const Fill& fill) {
    key(name);
    object(fill);
  }
  /// What `value_of` makes of each.
  template <typename Range, typename ValueOf = std::identity>
  void list(std::string_view name, const Range& range, const ValueOf& value_of = {}) {
    key(name);
    begin('[');
    for (const auto& one : range) {
      next();
      write(value_of(one));
    }
    end(']');
  }
  /// An object of each; `fill(one)` writes its members.
  template <typename Range, typename Fill>
  void objects(std::string_view name, const Range& range, const Fill& fill) {
    key(name);
    begin('[');
    for (const auto& one : range) {
      next();
      object([&] { fill(one); });
    }
    end(']');
  }

 private:
  template <typename T>
  void write(const T& value) {
    if constexpr (std::same_as<T, bool>) out_ += value ? "true" : "false";
    else if constexpr (std::integral<T>) write_number(value);
    else if constexpr (std::convertible_to<T, std::string_view>) write_text(value);
    else write_other(value);
  }
  template <typename T>
  void write_other(const std::optional<T>& value) {
    if (value) write(*value);
    else out_ += "null";
  }
  void write_other(std::nullptr_t /*none*/) { out_ += "null"; }
  void write_other(double value);
  void write_other(const Json& tree);
  template <std::integral T>
  void write_number(T value) {
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  void write_text(std::string_view text);

  void key(std::string_view name);
  /// Before a member, and before an element of a list.
  void next();
  void begin(char bracket);
  void end(char bracket);
  void new_line();

  std::string& out_;
  Layout layout_;
  std::size_t depth_ = 0;
  bool is_first_ = true;  ///< of the innermost object or list, nothing is written yet
};

}  // namespace whydrop
