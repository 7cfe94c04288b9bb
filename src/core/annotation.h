// What people wrote into a capture beside its packets (pcapng comments and name resolution), escaped: fit for a
// terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "src/core/address.h"

namespace whydrop {

/// A name that the capture itself gives to an address.
struct NamedAddress {
  IpAddress address;
  std::string name;

  bool operator==(const NamedAddress&) const = default;
};

/// Of one capture; later ones are not kept.
constexpr std::size_t kMostComments = 32;

struct Comment {
  std::uint64_t packet = 0;  ///< its number; 0: about the capture, or an interface
  std::string text;

  bool operator==(const Comment&) const = default;
};

}  // namespace whydrop
