// What is new about the findings since the last look: which appeared, changed, healed, or failed again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "src/cause/diagnosis.h"
#include "src/report/live_events.h"
#include "src/verdict/recovery.h"

namespace whydrop {

struct FindingChange {
  Change change{};
  std::uint64_t id = 0;  ///< the same for as long as the finding is known
  std::string what{};
  std::size_t at = 0;               ///< in the report
  std::optional<Diagnosis> gone{};  ///< instead of `at`: the report has it no more
};

/// A finding of the report, as one that is known.
struct Standing {
  std::uint64_t id = 0;  ///< 0: one of those that are left to the reports
  bool healed = false;
};

class Changes {
 public:
  /// `recoveries` in the order of the report's diagnoses. A finding that says something else than before (a SYN without
  /// an answer turns out to be rejected) keeps its id. Findings beyond the first kMost are left to the reports.
  std::vector<FindingChange> update(const Report& report, const std::vector<Recovery>& recoveries);
  /// In the order of the last report's diagnoses.
  std::span<const Standing> standing() const { return standing_; }
  /// Calls `use(diagnosis, healed)` for every finding that was told, as it was last seen, without its exemplars.
  template <typename Use>
  void each_known(const Use& use) const {
    for (const auto& [identity, known] : known_) use(known.diagnosis, known.healed);
  }

 private:
  static constexpr std::size_t kMost = 4096;

  /// Findings that agree in everything else are told apart by their order.
  using Identity = std::tuple<VerdictId, Transport, std::optional<IpAddress>, std::optional<std::uint16_t>,
                              std::optional<IpAddress>, unsigned>;
  struct Known {
    std::uint64_t id = 0;
    std::uint64_t round = 0;  ///< of the last report that had it
    std::uint64_t told_count = 0;
    bool healed = false;
    Diagnosis diagnosis;  ///< without exemplars
  };

  static Identity identity_of(const Finding& finding, std::map<Identity, unsigned>& met);
  std::optional<Known> predecessor(const Finding& finding);
  void meet(const Identity& identity, std::size_t at, const Diagnosis& diagnosis, std::vector<FindingChange>& changes);
  static void compare(Known& known, std::size_t at, const Diagnosis& diagnosis, const Recovery& recovery,
                      std::vector<FindingChange>& changes);
  void bid_farewell(std::vector<FindingChange>& changes);

  std::map<Identity, Known> known_;
  std::vector<Standing> standing_;
  std::uint64_t next_id_ = 1;
  std::uint64_t round_ = 0;
};

}  // namespace whydrop
