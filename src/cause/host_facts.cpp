// Which of a host's facts concern a finding.
#include "src/cause/host_facts.h"

namespace whydrop::fact {
namespace {

using namespace std::chrono_literals;

/// A table that was full may have emptied long since.
constexpr Duration kStillTrue = 10min;

bool owns_end(const HostSnapshot& host, const FindingEndpoint& end) {
  return end.address && owns(host, *end.address) == true;
}

bool forwards(const Case& about, const HostSnapshot& host) {
  return host.setting(is_v6(about) ? HostSetting::ip6_forward : HostSetting::ip_forward).value_or(0) != 0;
}

}  // namespace

bool is_v6(const Case& about) {
  const auto& end = about.finding.server.address ? about.finding.server.address : about.finding.client.address;
  return end && !end->is_v4();
}

const HostSnapshot* server_host(const Case& about) {
  const HostSnapshot* const host = host_of(about);
  return host != nullptr && owns_end(*host, about.finding.server) ? host : nullptr;
}

const HostSnapshot* host_on_way(const Case& about) {
  const HostSnapshot* const host = host_of(about);
  if (host == nullptr) return nullptr;
  const bool end = owns_end(*host, about.finding.client) || owns_end(*host, about.finding.server);
  return end || forwards(about, *host) ? host : nullptr;
}

bool looked_in_time(const Case& about, const HostSnapshot& host) {
  return host.taken >= about.finding.first && host.taken <= about.finding.last + kStillTrue;
}

std::vector<IpAddress> ends_to_reach(const Case& about, const HostSnapshot& host) {
  std::vector<IpAddress> ends;
  for (const FindingEndpoint* end : {&about.finding.server, &about.finding.client}) {
    if (end->address && owns(host, *end->address) == false) ends.push_back(*end->address);
  }
  return ends;
}

}  // namespace whydrop::fact
