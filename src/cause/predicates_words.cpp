// Predicates about what a service said, or kept to itself, before it hung up, and about whom the client asked.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "src/cause/predicates.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

// Parts of the lines that servers say goodbye with, in small letters.
constexpr std::array<std::string_view, 8> kBlameClient = {"not allowed", "not permitted", "denied",  "blocked",
                                                          "banned",      "blacklist",     "refused", "no access"};
constexpr std::array<std::string_view, 6> kBlameLoad = {"maxstartups", "too many", "busy",
                                                        "overload",    "maximum",  "limit"};
// FTP, SSH, telnet, SMTP, POP3, NNTP, IMAP, submission, MySQL, VNC.
constexpr std::array<std::uint16_t, 10> kSpeakFirst = {21, 22, 23, 25, 110, 119, 143, 587, 3306, 5900};
constexpr std::array<std::uint16_t, 3> kNameServers = {53, 853, 5353};

Answer goodbye_has(const Case& about, std::span<const std::string_view> words) {
  const auto* text = fact::attribute<std::string>(about.finding, "text");
  if (text == nullptr) return unknown();
  const std::string small = lower_case(*text);
  const bool found =
      std::ranges::any_of(words, [&](std::string_view word) { return small.find(word) != std::string::npos; });
  const std::string said = fmt::format("{} says \"{}\"", about.server_text(), *text);
  return found ? holds(said) : contrary(said);
}

template <std::size_t N>
bool is_one_of(const std::array<std::uint16_t, N>& ports, const FindingEndpoint& endpoint) {
  return endpoint.port && std::ranges::find(ports, *endpoint.port) != ports.end();
}

}  // namespace

Answer ask_goodbye_blames_client(const Case& about) { return goodbye_has(about, kBlameClient); }
Answer ask_goodbye_blames_load(const Case& about) { return goodbye_has(about, kBlameLoad); }

Answer ask_greeting_missing(const Case& about) {
  if (about.finding.verdict != VerdictId::closed_on_accept) return unknown();
  if (!is_one_of(kSpeakFirst, about.finding.server)) return unknown();
  const auto* text = fact::attribute<std::string>(about.finding, "text");
  if (text != nullptr) return contrary(fmt::format("{} did speak: \"{}\"", about.server_text(), *text));
  return holds(about.server_text() + " should speak first, and hung up without a word");
}

Answer ask_closed_after_pause(const Case& about) {
  constexpr double kPauseMs = 1000;
  constexpr double kAtOnceMs = 300;
  const auto* after = fact::attribute<double>(about.finding, "after_ms");
  if (after == nullptr) return unknown();
  const std::string text = fmt::format("the connection was closed {:.2f} s after it opened", *after / 1000);
  if (*after >= kPauseMs) return holds(text);
  return *after < kAtOnceMs ? contrary(text) : unknown();
}

Answer ask_asks_name_server(const Case& about) {
  if (!about.finding.server.port) return unknown();
  const std::string text = fmt::format("port {}", *about.finding.server.port);
  return is_one_of(kNameServers, about.finding.server) ? holds(text + " is a name server's")
                                                       : contrary(text + " is no name server's");
}

}  // namespace whydrop
