// Counting attempts that are not settled yet.
#include "src/verdict/unsettled.h"

namespace whydrop {

bool Unsettled::add(const FlowRecord& record) {
  const auto second = std::chrono::floor<std::chrono::seconds>(record.first.time_since_epoch()).count();
  const Endpoint server = record.server_endpoint();
  const FlowKey key{.high = server.address,
                    .low_port = static_cast<std::uint16_t>(second),
                    .high_port = server.port,
                    .transport = record.key.transport,
                    .encapsulation = static_cast<std::uint16_t>(second >> 16U)};
  Attempts& attempts = attempts_[key];
  if (attempts.count == 0 && attempts_.find(key) == nullptr) return false;
  if (attempts.count == 0) attempts.first = record;
  ++attempts.count;
  return true;
}

}  // namespace whydrop
