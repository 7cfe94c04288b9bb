// ICMP error codes by name.
#include "src/wire/icmp.h"

#include <array>

namespace whydrop {
namespace {

constexpr std::uint8_t kFragmentationNeeded = 4;

// IANA, ICMP type 3 codes.
constexpr std::array<std::string_view, 16> kV4 = {
    "net-unreachable",      "host-unreachable",    "protocol-unreachable", "port-unreachable",
    "frag-needed",          "source-route-failed", "net-unknown",          "host-unknown",
    "host-isolated",        "net-prohibited",      "host-prohibited",      "net-unreachable-tos",
    "host-unreachable-tos", "admin-prohibited",    "host-precedence",      "precedence-cutoff"};

// IANA, ICMPv6 type 1 codes.
constexpr std::array<std::string_view, 9> kV6 = {
    "no-route",    "admin-prohibited", "beyond-scope",   "address-unreachable", "port-unreachable",
    "policy-fail", "reject-route",     "source-routing", "headers-too-long"};

}  // namespace

IcmpMeaning icmp_meaning(bool v6, std::uint8_t type, std::uint8_t code) {
  if (v6) {
    switch (type) {
      case 1: return IcmpMeaning::unreachable;
      case 2: return IcmpMeaning::packet_too_big;
      case 3: return code == 0 ? IcmpMeaning::time_exceeded : IcmpMeaning::other;  // 1: reassembly took too long
      default: return IcmpMeaning::other;
    }
  }
  switch (type) {
    case 3: return code == kFragmentationNeeded ? IcmpMeaning::packet_too_big : IcmpMeaning::unreachable;
    case 11: return code == 0 ? IcmpMeaning::time_exceeded : IcmpMeaning::other;
    default: return IcmpMeaning::other;
  }
}

std::string_view unreachable_code_name(bool v6, std::uint8_t code) {
  if (v6) return code < kV6.size() ? kV6[code] : "other";
  return code < kV4.size() ? kV4[code] : "other";
}

}  // namespace whydrop
