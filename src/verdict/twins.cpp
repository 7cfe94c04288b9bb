// A router keeps the initial sequence number and one endpoint when it translates the other, and takes one hop.
#include "src/verdict/twins.h"

#include <array>

namespace whydrop {
namespace {

constexpr Duration kForwarding = std::chrono::milliseconds(10);

FlowKey key_of(const Endpoint& same, TcpSeq isn, bool is_client) {
  return {.low = same.address,
          .low_port = static_cast<std::uint16_t>(isn.value() >> 16U),
          .high_port = static_cast<std::uint16_t>(isn.value()),
          .reserved = static_cast<std::uint8_t>(is_client),
          .encapsulation = same.port};
}

bool is_next_hop(const FlowRecord& before, const FlowRecord& behind) {
  return behind.client().ttl + 1 == before.client().ttl && behind.first - before.first <= kForwarding;
}

}  // namespace

std::optional<std::size_t> Twins::earlier(std::size_t at) {
  const FlowRecord& record = *records_[at];
  if (record.key.transport != Transport::tcp || !record.client().has(saw::syn)) return std::nullopt;
  std::optional<std::size_t> found;
  for (const FlowKey& key : {key_of(record.server_endpoint(), record.client().isn, false),
                             key_of(record.client_endpoint(), record.client().isn, true)}) {
    std::uint32_t& latest = latest_[key];
    if (latest != 0 && is_next_hop(*records_[latest - 1], record)) found = latest - 1;
    latest = static_cast<std::uint32_t>(at + 1);
  }
  return found;
}

}  // namespace whydrop
