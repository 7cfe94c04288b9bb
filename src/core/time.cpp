// Conversions between packet time and its written forms.
#include "src/core/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace whydrop {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kMaxSeconds = std::numeric_limits<std::int64_t>::max() / kNanosPerSecond - 1;

std::int64_t saturated_seconds(std::uint64_t whole, std::int64_t offset) {
  const auto capped = static_cast<std::int64_t>(std::min<std::uint64_t>(whole, kMaxSeconds));
  return std::clamp(capped + std::clamp(offset, -2 * kMaxSeconds, kMaxSeconds), -kMaxSeconds, kMaxSeconds);
}

std::string human_magnitude(double s) {
  if (s < 0.9995e-3) return fmt::format("{:.0f} µs", s * 1e6);
  if (s < 0.9995) return fmt::format("{:.{}f} ms", s * 1e3, s < 9.95e-3 ? 1 : 0);
  if (s < 99.95) return fmt::format("{:.1f} s", s);
  const std::int64_t whole = std::llround(s);
  const std::int64_t minutes = whole / 60;
  const std::int64_t hours = minutes / 60;
  if (hours == 0) return fmt::format("{} min {} s", minutes, whole % 60);
  if (hours < 48) return fmt::format("{} h {} min", hours, minutes % 60);
  return fmt::format("{} d {} h", hours / 24, hours % 24);
}

}  // namespace

Time time_from_units(std::uint64_t units, std::uint64_t units_per_second, std::int64_t offset_seconds) {
  if (units_per_second == 0) return Time{};
  const std::uint64_t whole = units / units_per_second;
  const std::uint64_t rest = units % units_per_second;
  // 128 bits: a resolution of 2^-63 times 10^9 does not fit in 64.
  const auto nanos =
      static_cast<std::int64_t>(static_cast<unsigned __int128>(rest) * kNanosPerSecond / units_per_second);
  return Time{Duration{saturated_seconds(whole, offset_seconds) * kNanosPerSecond + nanos}};
}

std::string rfc3339(Time time) {
  // Split first: the start of the earliest day that a Time can hold is itself too early for a Time.
  auto whole = std::chrono::time_point_cast<std::chrono::seconds>(time);
  Duration fraction = time - whole;
  if (fraction < Duration::zero()) {
    whole -= std::chrono::seconds{1};
    fraction += std::chrono::seconds{1};
  }
  const auto day = std::chrono::floor<std::chrono::days>(whole);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{whole - day};
  std::string text = "0000-00-00T00:00:00.000000000Z";
  const auto put = [&](std::size_t at, std::size_t digits, std::int64_t number) {
    for (; digits != 0; number /= 10) text[at + --digits] = static_cast<char>('0' + number % 10);
  };
  put(0, 4, static_cast<int>(date.year()));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, clock.hours().count());
  put(14, 2, clock.minutes().count());
  put(17, 2, clock.seconds().count());
  put(20, 9, fraction.count());
  return text;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00.000000000Z";
  constexpr std::string_view kFirst = "1970-01-01T00:00:00.000000000Z";  // so that no difference is too large
  constexpr std::string_view kLast = "2262-04-11T23:47:16.854775807Z";   // Time::max()
  if (text.size() != kShape.size() || text < kFirst || text > kLast) return std::nullopt;
  for (std::size_t at = 0; at < kShape.size(); ++at) {
    const bool digit = text[at] >= '0' && text[at] <= '9';
    if (kShape[at] == '0' ? !digit : text[at] != kShape[at]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{number(11, 2)} + std::chrono::minutes{number(14, 2)} +
         std::chrono::seconds{number(17, 2)} + Duration{number(20, 9)};
}

std::string human(Duration duration) {
  const double s = seconds(duration);
  return s < 0 ? "-" + human_magnitude(-s) : human_magnitude(s);
}

}  // namespace whydrop
