// A finding's endpoints looked up in the rest of the capture.
#include "src/cause/case.h"

namespace whydrop {

const ServiceFacts* Case::service() const {
  const auto& [address, port] = finding.server;
  return address && port ? census.service(*address, *port, finding.transport) : nullptr;
}

const HostFacts* Case::server() const {
  return finding.server.address ? census.host(*finding.server.address) : nullptr;
}

const HostFacts* Case::client() const {
  return finding.client.address ? census.host(*finding.client.address) : nullptr;
}

const PairFacts* Case::pair() const {
  if (!finding.client.address || !finding.server.address) return nullptr;
  return census.pair(*finding.client.address, *finding.server.address);
}

std::string Case::server_text() const {
  if (!finding.server.address) return "several servers";
  return endpoint_text(*finding.server.address, finding.server.port.value_or(0));
}

std::string Case::client_text() const {
  return finding.client.address ? to_string(*finding.client.address) : "several clients";
}

}  // namespace whydrop
