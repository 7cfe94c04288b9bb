// What the flows of a finding have in common: one client, one subnet, one VLAN, since a moment, one half of the source
// ports, above a rate; or, where nothing of that service went well, one port or one server.
//
// A factor separates: it holds for every flow that failed and for none to the same service that went well. Flows that
// left the table early are not looked at again, so that with a full table the factor speaks of those that are left.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "src/verdict/factor_parts.h"
#include "src/verdict/findings.h"

namespace whydrop {

class CommonFactors {
 public:
  /// A finding of this number will be asked for; scans have no factor but their source.
  void expect(std::uint32_t number, const Finding& finding);
  void look_at(std::span<const FlowVerdict> flows);

  CommonFactor of(std::uint32_t number, const Finding& finding, const Census& census) const;

 private:
  /// The flows to one service, seen from one finding.
  struct Contrast {
    FailedFlows failed;
    PassedFlows passed;
    SourcePortHalves halves;
    AttemptsBySecond seconds;
  };

  // Captures with more findings than a person can read need no factor for the last ones.
  static constexpr std::size_t kMost = 256;

  std::unordered_map<std::uint32_t, Contrast> contrasts_;
  FactTable<std::vector<std::uint32_t>> findings_of_service_;
};

}  // namespace whydrop
