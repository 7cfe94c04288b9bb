// Connections that a capture of all interfaces holds twice: before and behind a router that translates addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "src/flow/record.h"
#include "src/verdict/fact_table.h"

namespace whydrop {

class Twins {
 public:
  /// `records` in order of their first packet.
  explicit Twins(std::span<const FlowRecord* const> records) : records_(records) {}

  /// Which of the records before is the same connection, met one hop earlier. To be asked for each record in turn.
  std::optional<std::size_t> earlier(std::size_t at);

 private:
  std::span<const FlowRecord* const> records_;
  FactTable<std::uint32_t> latest_;  ///< by initial sequence number and the endpoint that stayed the same; from 1
};

}  // namespace whydrop
