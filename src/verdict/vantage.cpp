// Weighs the signs of locality of the two hosts.
#include "src/verdict/vantage.h"

#include <bit>

namespace whydrop {
namespace {

struct Sign {
  std::uint8_t bit;
  std::string_view sentence;
};
constexpr std::array<Sign, 4> kSigns = {{
    {locality::direction, "the capture marks its packets as sent by the capturing host"},
    {locality::ttl, "its TTL is an initial value: no router in between"},
    {locality::round_trip, "its half of the handshake takes next to no time"},
    {locality::offload, "only its frames show segmentation or checksum offload"},
}};

std::uint8_t signs_of(const Census& census, const IpAddress& address) {
  const HostFacts* host = census.host(address);
  return host == nullptr ? std::uint8_t{0} : host->local_signs;
}

/// Signs of `mine` that speak for a capture at that host; a sign that both hosts show says nothing.
std::uint8_t telling(std::uint8_t mine, std::uint8_t theirs) {
  // A host seen both with an initial and with a lowered TTL was met before and behind a router.
  if ((mine & locality::distant) != 0) mine &= static_cast<std::uint8_t>(~locality::ttl);
  return static_cast<std::uint8_t>(mine & ~theirs & ~locality::distant);
}

bool decides(std::uint8_t signs) { return (signs & locality::direction) != 0 || std::popcount(signs) >= 2; }

void settle(Finding& finding, Vantage vantage, const IpAddress& host, std::uint8_t signs) {
  finding.vantage = vantage;
  for (const Sign& sign : kSigns) {
    if ((signs & sign.bit) != 0) {
      finding.vantage_reasons.push_back(to_string(host) + ": " + std::string(sign.sentence));
    }
  }
}

}  // namespace

void infer_vantage(const IpAddress& client, const IpAddress& server, const Census& census, Finding& finding) {
  const std::uint8_t client_signs = signs_of(census, client);
  const std::uint8_t server_signs = signs_of(census, server);
  const std::uint8_t at_client = telling(client_signs, server_signs);
  const std::uint8_t at_server = telling(server_signs, client_signs);
  if (decides(at_client) && !decides(at_server)) return settle(finding, Vantage::client, client, at_client);
  if (decides(at_server) && !decides(at_client)) return settle(finding, Vantage::server, server, at_server);
  const bool both_distant = (client_signs & server_signs & locality::distant) != 0;
  if (both_distant && at_client == 0 && at_server == 0) {
    finding.vantage = Vantage::path;
    finding.vantage_reasons.emplace_back("packets of both hosts have crossed a router");
  }
}

}  // namespace whydrop
