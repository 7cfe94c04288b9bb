// Placeholders in the catalog's commands.
#include "src/cause/placeholders.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace whydrop {
namespace {

using Value = std::optional<std::string>;

std::optional<bool> is_v4(const Finding& finding) {
  if (finding.server.address) return finding.server.address->is_v4();
  if (finding.client.address) return finding.client.address->is_v4();
  return std::nullopt;
}

/// One of two words, by IP version.
Value by_version(const Finding& finding, std::string_view v4, std::string_view v6) {
  const auto version = is_v4(finding);
  return version ? Value(*version ? v4 : v6) : std::nullopt;
}

Value address(const FindingEndpoint& endpoint) {
  return endpoint.address ? Value(to_string(*endpoint.address)) : std::nullopt;
}

bool has_ports(const Finding& finding) {
  return finding.transport == Transport::tcp || finding.transport == Transport::udp;
}

Value value_client(const Finding& finding) { return address(finding.client); }
Value value_server(const Finding& finding) { return address(finding.server); }

/// IPv6 as the LOG target prints it, with every zero.
Value logged(const FindingEndpoint& endpoint) {
  if (!endpoint.address) return std::nullopt;
  if (endpoint.address->is_v4()) return to_string(*endpoint.address);
  const auto& bytes = endpoint.address->bytes();
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    text += fmt::format("{}{:02x}{:02x}", at == 0 ? "" : ":", bytes[at], bytes[at + 1]);
  }
  return text;
}

Value value_logged_client(const Finding& finding) { return logged(finding.client); }
Value value_logged_server(const Finding& finding) { return logged(finding.server); }

Value value_receiver(const Finding& finding) {
  const AttributeValue* direction = finding.attribute("direction");
  const bool answers = direction != nullptr && to_string(*direction) == "server-to-client";
  return answers ? value_client(finding) : value_server(finding);
}

Value value_server_port(const Finding& finding) {
  if (!has_ports(finding) || !finding.server.port) return std::nullopt;
  return std::to_string(*finding.server.port);
}

Value value_ipv4_client(const Finding& finding) {
  return is_v4(finding).value_or(false) ? address(finding.client) : std::nullopt;
}
Value value_ipv4_server(const Finding& finding) {
  return is_v4(finding).value_or(false) ? address(finding.server) : std::nullopt;
}

Value value_source(const Finding& finding) {
  if (!finding.client.address) return "CLIENT_NETWORK";
  return fmt::format("{}/{}", to_string(*finding.client.address), finding.client.address->is_v4() ? 32 : 128);
}
Value value_ipv4_source(const Finding& finding) {
  return is_v4(finding) == true ? value_source(finding) : std::nullopt;
}
Value value_ipv6_source(const Finding& finding) {
  return is_v4(finding) == false ? value_source(finding) : std::nullopt;
}

Value value_transport(const Finding& finding) {
  return has_ports(finding) ? Value(name(finding.transport)) : std::nullopt;
}
Value value_upper_transport(const Finding& finding) {
  if (!has_ports(finding)) return std::nullopt;
  return finding.transport == Transport::tcp ? "TCP" : "UDP";
}
Value value_transport_number(const Finding& finding) {
  if (!has_ports(finding)) return std::nullopt;
  return finding.transport == Transport::tcp ? "6" : "17";
}

Value value_ip_version(const Finding& finding) { return by_version(finding, "4", "6"); }
Value value_iptables(const Finding& finding) { return by_version(finding, "iptables", "ip6tables"); }
Value value_nft_family(const Finding& finding) { return by_version(finding, "ip", "ip6"); }
Value value_nft_icmp(const Finding& finding) { return by_version(finding, "icmp", "icmpv6"); }
Value value_firewalld_family(const Finding& finding) { return by_version(finding, "ipv4", "ipv6"); }
Value value_router_family(const Finding& finding) { return by_version(finding, "ip", "ipv6"); }

Value value_eni_filter(const Finding& finding) {
  if (!finding.server.address) return std::nullopt;
  if (!finding.server.address->is_v4()) return "ipv6-addresses.ipv6-address";
  return finding.server.address->is_private() ? "addresses.private-ip-address" : "association.public-ip";
}

Value value_capture_filter(const Finding& finding) {
  const Value host = finding.client.address ? address(finding.client) : address(finding.server);
  if (!host) return std::nullopt;
  if (finding.transport == Transport::arp) return "arp host " + value_server(finding).value_or(*host);
  const std::string icmp = is_v4(finding) == true ? "icmp" : "icmp6";
  if (!has_ports(finding)) return fmt::format("host {} and {}", *host, icmp);
  std::string ports(name(finding.transport));
  if (finding.server.port) ports += fmt::format(" port {}", *finding.server.port);
  return fmt::format("host {} and ({} or {})", *host, ports, icmp);
}

bool is_name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

struct Slot {
  std::size_t begin;  ///< of the opening brace
  std::size_t end;    ///< behind the closing one
};

std::optional<Slot> next_slot(std::string_view command, std::size_t from) {
  for (std::size_t begin = command.find('{', from); begin != std::string_view::npos;
       begin = command.find('{', begin + 1)) {
    std::size_t at = begin + 1;
    while (at < command.size() && is_name_character(command[at])) ++at;
    if (at > begin + 1 && at < command.size() && command[at] == '}') return Slot{begin, at + 1};
  }
  return std::nullopt;
}

std::string_view name_in(std::string_view command, const Slot& slot) {
  return command.substr(slot.begin + 1, slot.end - slot.begin - 2);
}

Value value_of(std::string_view name, const Finding& finding) {
  const auto known = std::ranges::find(all_placeholders(), name, &PlaceholderInfo::name);
  return known == all_placeholders().end() ? std::nullopt : known->value(finding);
}

/// Every placeholder replaced by what `value` has for its name; nothing when it has nothing for one.
template <typename ValueOf>
std::optional<std::string> replaced(std::string_view command, ValueOf value) {
  std::string text;
  std::size_t from = 0;
  while (const auto slot = next_slot(command, from)) {
    const Value found = value(name_in(command, *slot));
    if (!found) return std::nullopt;
    text.append(command.substr(from, slot->begin - from)).append(*found);
    from = slot->end;
  }
  return text.append(command.substr(from));
}

template <typename Command>
std::vector<Command> one_per_system(const std::vector<Command>& commands, const Finding& finding,
                                    std::string_view platform) {
  std::vector<Command> shown;
  for (const Command& command : commands) {
    if (std::ranges::find(shown, command.system, &Command::system) != shown.end()) continue;
    auto text = filled(command.command, finding);
    if (!text) continue;
    shown.push_back(command);
    shown.back().command = std::move(*text);
  }
  const auto own = std::ranges::find(shown, platform, &Command::system);
  if (own != shown.end()) std::rotate(shown.begin(), own, own + 1);
  return shown;
}

}  // namespace

std::span<const PlaceholderInfo> all_placeholders() {
  static constexpr PlaceholderInfo kPlaceholders[] = {
#define PLACEHOLDER(name, meaning) {#name, meaning, value_##name},
#include "src/cause/placeholders.def"
#undef PLACEHOLDER
  };
  return kPlaceholders;
}

std::vector<std::string> placeholders_in(std::string_view command) {
  std::vector<std::string> names;
  std::size_t from = 0;
  while (const auto slot = next_slot(command, from)) {
    names.emplace_back(name_in(command, *slot));
    from = slot->end;
  }
  return names;
}

std::optional<std::string> filled(std::string_view command, const Finding& finding) {
  return replaced(command, [&](std::string_view name) { return value_of(name, finding); });
}

std::string filled_or_named(std::string_view command, const Finding& finding) {
  const auto value_or_name = [&](std::string_view name) -> Value {
    if (auto value = value_of(name, finding)) return value;
    std::string word(name);
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return word;
  };
  return replaced(command, value_or_name).value_or("");
}

std::vector<Check> filled(const std::vector<Check>& checks, const Finding& finding, std::string_view platform) {
  return one_per_system(checks, finding, platform);
}

std::vector<Fix> filled(const std::vector<Fix>& fixes, const Finding& finding, std::string_view platform) {
  return one_per_system(fixes, finding, platform);
}

}  // namespace whydrop
