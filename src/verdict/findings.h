// Gathers judged flows into findings: five million dropped SYNs are one finding.
#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "src/verdict/finding.h"
#include "src/verdict/rules.h"

namespace whydrop {

struct FlowVerdict {
  static constexpr std::uint32_t kNoFinding = 0xffffffff;

  const FlowRecord* record = nullptr;
  VerdictSet secondary;
  std::uint32_t finding = kNoFinding;  ///< of Findings::add
  VerdictId verdict{};
};

class CommonFactors;

class Findings {
 public:
  /// `times`: so many attempts were like this one. The number of the finding that it belongs to.
  std::uint32_t add(const Subject& flow, const Verdict& verdict, bool by_scanner, std::uint64_t times = 1);

  /// Attributes, evidence and vantage filled in, by so many threads; ordered by severity, count, first packet. `flows`:
  /// all that are still known one by one, for what those that failed have in common.
  std::vector<Finding> finish(const Context& context, std::span<const FlowVerdict> flows, unsigned threads) &&;

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
    std::uint32_t number = 0;
    Finding finding;
    VerdictSet secondary;
    std::set<IpAddress> clients;  ///< at most two: more need not be told apart
    std::set<std::uint16_t> client_ports;
  };

  static void fill_in(Gathered& gathered, const Context& context, const CommonFactors& factors);

  std::map<Key, Gathered> gathered_;
};

}  // namespace whydrop
