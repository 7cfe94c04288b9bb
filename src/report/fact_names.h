// What the values of enumerations are called in flow records.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "dissectors/registry.h"
#include "src/flow/record.h"
#include "src/report/json_parts.h"

namespace whydrop {

/// A table of names in the order of an enumeration's values; specialised for each.
template <typename T>
struct NameTable;

template <typename T>
concept Named = requires { NameTable<T>::kNames; };

template <Named T>
struct NamesOf {
  static std::string_view name(T value) {
    const auto at = static_cast<std::size_t>(value);
    return at < NameTable<T>::kNames.size() ? NameTable<T>::kNames[at] : "";
  }
  static bool find(std::string_view name, T& value) {
    const auto& names = NameTable<T>::kNames;
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) value = static_cast<T>(found - names.begin());
    return found != names.end();
  }
};

template <>
struct NameTable<DirectionSource> {
  static constexpr std::array<std::string_view, 3> kNames = {"first_sender", "ports", "handshake"};
};

template <>
struct NameTable<Nearness> {
  static constexpr std::array<std::string_view, 3> kNames = {"unknown", "client", "server"};
};

template <>
struct NameTable<FlowEvent::Kind> {
  static constexpr std::array<std::string_view, 15> kNames = {
      "syn",     "syn_ack", "handshake_ack", "data",   "retransmission", "fin",        "rst",       "icmp_error",
      "request", "reply",   "question",      "answer", "hole",           "unseen_ack", "port_reuse"};
};

template <>
struct NameTable<Transport> {
  static constexpr auto kNames = [] {
    std::array<std::string_view, static_cast<std::size_t>(Transport::other) + 1> names;
    for (std::size_t at = 0; at < names.size(); ++at) names[at] = name(static_cast<Transport>(at));
    return names;
  }();
};

template <>
struct NameTable<Witness::Source> {
  static constexpr std::array<std::string_view, 5> kNames = {"none", "packet_flags", "pflog", "nflog", "drop_monitor"};
};

template <>
struct NameTable<FrameVerdict> {
  static constexpr std::array<std::string_view, 4> kNames = {"unknown", "passed", "dropped", "rejected"};
};

template <>
struct NameTable<FrameDirection> {
  static constexpr std::array<std::string_view, 3> kNames = {"unknown", "inbound", "outbound"};
};

template <>
struct NameTable<NeighborFacts::Kind> {
  static constexpr std::array<std::string_view, 3> kNames = {"question", "answer", "other"};
};

template <>
struct NameTable<AssociationFacts::Step> {
  static constexpr std::array<std::string_view, 4> kNames = {"other", "request", "response", "abort"};
};

template <>
struct NameTable<ApplicationFacts::Role> {
  static constexpr std::array<std::string_view, 3> kNames = {"other", "request", "reply"};
};

/// Two dissectors may share a display name; the functions' names differ.
template <>
struct NameTable<DissectorId> {
  static constexpr auto kNames = std::to_array<std::string_view>({
      "nobody",
#define DISSECTOR(function, name, ...) #function,
#include "dissectors/registry.def"
#undef DISSECTOR
  });
};

/// Names of the saw:: bits, lowest first.
constexpr std::array<std::string_view, 16> kSawNames = {
    "syn",      "syn_ack",      "ack",      "data",    "fin",         "rst",       "ack_moved",      "unseen_acked",
    "oversize", "bad_checksum", "outbound", "inbound", "zero_window", "fin_acked", "signed_segment", "odd_rst"};

/// FlowSide::saw, which is written as a list of names.
struct SawBits {
  std::uint16_t bits = 0;

  bool operator==(const SawBits&) const = default;
};
Json json_saw(SawBits saw);
bool read_saw(const Json& json, SawBits& saw);

}  // namespace whydrop
