// The one time type: nanoseconds since the Unix epoch, always packet time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whydrop {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::sys_time<Duration>;

/// Seconds and a fraction in `units_per_second` to a Time; saturates instead of wrapping, since files lie.
Time time_from_units(std::uint64_t units, std::uint64_t units_per_second, std::int64_t offset_seconds = 0);

/// RFC 3339 in UTC with nanoseconds: 2026-11-21T05:25:37.123456789Z.
std::string rfc3339(Time time);
/// What `rfc3339` writes, from 1970 on; nothing when the text is anything else.
std::optional<Time> parse_rfc3339(std::string_view text);

/// For people: "350 µs", "4.2 s", "2 min 7 s", "3 h 5 min". Negative durations carry a minus sign.
std::string human(Duration duration);

inline double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace whydrop
