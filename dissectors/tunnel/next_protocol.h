// The numbers by which VXLAN-GPE and NSH name what they carry (RFC 8300, 2.2).
#pragma once

#include "src/wire/dissector.h"

namespace whydrop {

/// Claims of nobody for numbers that have no meaning here.
inline Claim next_protocol(unsigned number) {
  switch (number) {
    case 1: return {Space::ip_version, 4};
    case 2: return {Space::ip_version, 6};
    case 3: return {Space::link_type, 1};
    case 4: return {Space::ether_type, 0x894f};
    case 5: return {Space::ether_type, 0x8847};
    default: return {Space::ether_type, 0};
  }
}

}  // namespace whydrop
