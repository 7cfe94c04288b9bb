// The tunnels of a capture: pairs of carriers' addresses, numbered in the order in which they first came up.
#pragma once

#include <cstdint>
#include <vector>

#include "src/flow/index.h"
#include "src/flow/key.h"
#include "src/wire/packet_view.h"

namespace whydrop {

struct Encapsulation {
  IpAddress low;  ///< both unspecified where the carrier has no IP header
  IpAddress high;
  std::uint8_t dissector = 0;  ///< of the tunnel's header, as first seen
  std::uint64_t packets = 0;
};

class Encapsulations {
 public:
  /// For FlowKey::encapsulation: 0 without a tunnel. More pairs than numbers share the last one.
  std::uint16_t number(const TunnelFacts& tunnel);
  /// A pair that an earlier reading numbered: it gets the next number, unless it is known.
  std::uint16_t restore(const Encapsulation& carriers);
  /// The pair of a number other than 0.
  const Encapsulation& operator[](std::uint16_t number) const { return pairs_[number - 1U]; }

  const std::vector<Encapsulation>& all() const { return pairs_; }

 private:
  static constexpr std::size_t kMost = 0xffff;

  std::size_t place_of(const IpAddress& a, const IpAddress& b, std::uint8_t dissector);

  FlowIndex index_;
  std::vector<Encapsulation> pairs_;
};

}  // namespace whydrop
