// The stories that a generated capture tells: each flow as its frames, healthy or failing in a known way.
//
// Nothing here draws a verdict; what each story must be found to be stands beside its name. The same seed gives the
// same bytes on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "src/core/time.h"
#include "tests/support/packet_builder.h"

namespace whydrop {

enum class Story : std::uint8_t { tcp, dns, ping, syn_dropped, refused, unreachable, dns_dropped };

struct StoryFacts {
  std::string_view verdict;  ///< public id
  std::uint32_t share;       ///< of a thousand flows
};
/// Indexed by Story.
std::span<const StoryFacts> stories();

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(engine_() % (std::uint64_t{high} - low + 1));
  }

 private:
  std::mt19937_64 engine_;  // the distributions of <random> differ between libraries, the engine does not
};

struct TimedFrame {
  Duration at{};  ///< since the flow's start
  Bytes bytes;
};

struct Flow {
  Story story{};
  std::vector<TimedFrame> frames{};  ///< in order
};

/// Flow number `number`, of its own client and port. Failing stories are told only when `may_fail`.
Flow make_flow(std::uint64_t number, bool may_fail, Random& random);

/// A connection whose server sends without end: packets for an elephant.
class Download {
 public:
  Download(std::uint64_t number, Random& random);

  /// What comes next: the opening, then two full segments and their ACK each time, `last` the goodbye.
  std::vector<Bytes> next(bool last);

 private:
  Bytes say(unsigned side, int flags, std::uint32_t size = 0);

  std::uint64_t number_;
  std::array<std::uint32_t, 2> next_seq_{};  ///< of client and server
  bool opened_ = false;
};

}  // namespace whydrop
