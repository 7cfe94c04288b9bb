// Compares a finding's ends with a host's own addresses.
#include "src/verdict/own_vantage.h"

#include <fmt/format.h>

#include <utility>

#include "src/host/lookup.h"

namespace whydrop {
namespace {

/// Nothing where it cannot be told whose the address is, or where it is nobody's alone.
std::optional<bool> is_own(const HostSnapshot& host, const std::optional<IpAddress>& address) {
  if (!address || address->is_multicast() || address->is_broadcast() || address->is_unspecified()) return std::nullopt;
  return owns(host, *address);
}

bool marked_as_sender(const Census& census, const std::optional<IpAddress>& address) {
  const HostFacts* facts = address ? census.host(*address) : nullptr;
  return facts != nullptr && (facts->local_signs & locality::direction) != 0;
}

void settle(Finding& finding, Vantage vantage, std::string reason) {
  finding.vantage = vantage;
  finding.vantage_reasons = {std::move(reason)};
}

}  // namespace

void settle_vantage(const HostSnapshot& host, const Census& census, Finding& finding) {
  const auto own_client = is_own(host, finding.client.address);
  const auto own_server = is_own(host, finding.server.address);
  if (own_client == false && own_server == false) {
    return settle(finding, Vantage::path, "neither address is one of " + host.hostname + " (host facts)");
  }
  if (own_client == own_server) return;  // unknown, or both ends are on this host
  const bool at_client = own_client == true;
  const bool at_server = own_server == true;
  if (!at_client && !at_server) return;
  const auto& own = at_client ? finding.client.address : finding.server.address;
  const auto& other = at_client ? finding.server.address : finding.client.address;
  if (marked_as_sender(census, other) && !marked_as_sender(census, own)) {
    finding.vantage_reasons.push_back("the host facts are of " + host.hostname + ", where it was not captured");
    return;
  }
  settle(finding, at_client ? Vantage::client : Vantage::server,
         fmt::format("{} is an address of {} itself (host facts)", to_string(*own), host.hostname));
}

}  // namespace whydrop
