// Facts to JSON and back, by one list of members for both ways (record_fields.h and its siblings): what is written can
// be read.
//
// A member that has its default value is not written. Reading believes nothing: every type and range is checked, and
// the first member that is wrong is named.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "src/core/packet_ref.h"
#include "src/core/time.h"
#include "src/flow/key.h"
#include "src/report/fact_names.h"
#include "src/report/json_parts.h"

namespace whydrop {

/// What a list of members is given: to be filled by a reader, to be looked at by a writer.
template <class Io, class Facts>
using Member = std::conditional_t<Io::kReads, Facts, const Facts>;

template <typename T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

/// Bytes as text, each one a character of the same number (Latin-1): readable where they are ASCII, and exact.
Json json_bytes(std::string_view bytes);
/// False where `text` holds anything else.
bool read_bytes(const std::string& text, std::span<char> room, std::uint8_t& length);

class FactWriter {
 public:
  static constexpr bool kReads = false;

  FactWriter(Json& json, Side client) : json_(json), client_(client) {}

  template <typename T>
  void operator()(const char* key, const T& value, const std::type_identity_t<T>& absent = {}) {
    if (value != absent) always(key, value);
  }
  template <typename T>
  void always(const char* key, const T& value) {
    json_[key] = encoded(value);
  }
  template <std::size_t N>
  void bytes(const char* key, const std::array<char, N>& room, std::uint8_t length) {
    if (length != 0) json_[key] = json_bytes({room.data(), length});
  }
  template <typename Fill>
  void object(const char* key, const Fill& fill) {
    bool present = false;
    part(key, fill, present);
  }
  /// Written even when empty, where `present`.
  template <typename Fill>
  void object_if(const char* key, bool present, const Fill& fill) {
    if (present) part(key, fill, present);
  }
  template <typename Fill>
  void list(const char* key, std::size_t& count, std::size_t /*most*/, const Fill& fill) {
    Json all = Json::array();
    for (std::size_t at = 0; at < count; ++at) {
      Json one = Json::object();
      FactWriter io(one, client_);
      fill(io, at);
      all.push_back(std::move(one));
    }
    if (count != 0) json_[key] = std::move(all);
  }

 private:
  template <typename Fill>
  void part(const char* key, const Fill& fill, bool present) {
    Json part = Json::object();
    FactWriter io(part, client_);
    fill(io);
    if (present || !part.empty()) json_[key] = std::move(part);
  }

  template <Number T>
  static Json encoded(T value) {
    return value;
  }
  static Json encoded(bool value) { return value; }
  static Json encoded(Time time) { return rfc3339(time); }
  static Json encoded(Duration duration) { return duration.count(); }
  static Json encoded(TcpSeq seq) { return seq.value(); }
  static Json encoded(const PacketRef& packet) { return Json::array({packet.file(), packet.number()}); }
  static Json encoded(const IpAddress& address) { return to_string(address); }
  static Json encoded(const MacAddress& mac) { return to_string(mac); }
  static Json encoded(const std::string& text) { return text; }
  Json encoded(Side side) const { return side == client_ ? "client" : "server"; }
  template <Named T>
  static Json encoded(T value) {
    return NamesOf<T>::name(value);
  }
  static Json encoded(SawBits saw) { return json_saw(saw); }

  Json& json_;
  Side client_;
};

class FactReader {
 public:
  static constexpr bool kReads = true;

  struct Context {
    Side client = Side::low;
    std::uint32_t first_file = 0;  ///< what file 0 of the line is here
    std::string wrong;             ///< the first member that is; empty: none
  };

  FactReader(const Json& json, Context& context) : json_(json), context_(context) {}

  template <typename T>
  void operator()(const char* key, T& value, const std::type_identity_t<T>& absent = {}) {
    const auto found = json_.find(key);
    if (found == json_.end()) value = absent;
    else if (!decode(*found, value)) fail(key);
  }
  template <typename T>
  void always(const char* key, T& value) {
    const auto found = json_.find(key);
    if (found == json_.end() || !decode(*found, value)) fail(key);
  }
  template <std::size_t N>
  void bytes(const char* key, std::array<char, N>& room, std::uint8_t& length) {
    length = 0;
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_string() || !read_bytes(found->template get_ref<const std::string&>(), room, length)) fail(key);
  }
  template <typename Fill>
  void object(const char* key, const Fill& fill) {
    bool present = false;
    object_if(key, present, fill);
  }
  template <typename Fill>
  void object_if(const char* key, bool& present, const Fill& fill) {
    const auto found = json_.find(key);
    present = found != json_.end();
    if (!present) return;
    if (!found->is_object()) return fail(key);
    FactReader io(*found, context_);
    fill(io);
  }
  template <typename Fill>
  void list(const char* key, std::size_t& count, std::size_t most, const Fill& fill) {
    count = 0;
    const auto found = json_.find(key);
    if (found == json_.end()) return;
    if (!found->is_array() || found->size() > most) return fail(key);
    for (const Json& one : *found) {
      if (!one.is_object()) return fail(key);
      FactReader io(one, context_);
      fill(io, count++);
    }
  }
  void fail(const char* key) {
    if (context_.wrong.empty()) context_.wrong = key;
  }

 private:
  template <Number T>
  static bool decode(const Json& json, T& value) {
    if (json.is_number_unsigned()) {
      const auto number = json.get<std::uint64_t>();
      value = static_cast<T>(number);
      return number <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    }
    if (!std::is_signed_v<T> || !json.is_number_integer()) return false;
    const auto number = json.get<std::int64_t>();
    value = static_cast<T>(number);
    return std::in_range<T>(number);
  }
  static bool decode(const Json& json, bool& value) {
    if (json.is_boolean()) value = json.get<bool>();
    return json.is_boolean();
  }
  static bool decode(const Json& json, Time& time);
  static bool decode(const Json& json, Duration& duration);
  static bool decode(const Json& json, TcpSeq& seq);
  bool decode(const Json& json, PacketRef& packet) const;
  static bool decode(const Json& json, IpAddress& address);
  static bool decode(const Json& json, MacAddress& mac);
  static bool decode(const Json& json, std::string& text);
  bool decode(const Json& json, Side& side) const;
  static bool decode(const Json& json, SawBits& saw) { return read_saw(json, saw); }
  template <Named T>
  static bool decode(const Json& json, T& value) {
    return json.is_string() && NamesOf<T>::find(json.get_ref<const std::string&>(), value);
  }

  const Json& json_;
  Context& context_;
};

}  // namespace whydrop
