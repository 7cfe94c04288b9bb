// Text for people: counts, escapes, lists.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace whydrop {

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);

/// "1 packet", "2 packets".
std::string counted(std::uint64_t number, std::string_view noun);

/// Printable ASCII as it is, everything else as \xNN, at most `limit` input bytes: captured bytes never reach a
/// terminal or a report unescaped.
std::string escaped(std::span<const std::uint8_t> bytes, std::size_t limit = 80);
std::string escaped(std::string_view text, std::size_t limit = 80);

/// ASCII letters in lower case.
std::string lower_case(std::string_view text);

/// The candidate nearest to `word` by edit distance, for "did you mean"; empty when none is near (2 edits or fewer).
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace whydrop
