// Gathers judged flows into findings: five million dropped SYNs are one finding.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "src/verdict/finding.h"
#include "src/verdict/rules.h"

namespace whydrop {

class Findings {
 public:
  /// `times`: so many attempts were like this one.
  void add(const Subject& flow, const Verdict& verdict, std::uint64_t times = 1);

  /// Attributes, evidence and vantage filled in; ordered by severity, count, first packet.
  std::vector<Finding> finish(const Context& context) &&;

 private:
  /// Flows of one finding agree in all of this.
  struct Key {
    VerdictId verdict{};
    Transport transport{};
    Endpoint server;
    std::uint64_t group = 0;
    std::optional<IpAddress> scanner;

    auto operator<=>(const Key&) const = default;
  };
  struct Gathered {
    Finding finding;
    std::set<VerdictId> secondary;
    std::set<IpAddress> clients;  ///< at most two: more need not be told apart
    std::set<std::uint16_t> client_ports;
  };

  std::map<Key, Gathered> gathered_;
};

}  // namespace whydrop
