// ICMP (RFC 792, RFC 1122, RFC 1812) and ICMPv6 (RFC 4443) error messages by name.
#pragma once

#include <cstdint>
#include <string_view>

namespace whydrop {

/// What an ICMP error says, whichever family says it.
enum class IcmpMeaning : std::uint8_t { other, unreachable, packet_too_big, time_exceeded };

IcmpMeaning icmp_meaning(bool v6, std::uint8_t type, std::uint8_t code);

/// "host-prohibited", "admin-prohibited", "port-unreachable" …; the same word for the same meaning in both families.
/// Codes without a name of their own are "other".
std::string_view unreachable_code_name(bool v6, std::uint8_t code);

}  // namespace whydrop
