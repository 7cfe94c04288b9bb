// What an evidence predicate may look at, and what it answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "src/host/knowledge.h"
#include "src/verdict/census.h"
#include "src/verdict/finding.h"
#include "src/verdict/quality.h"

namespace whydrop {

struct Case {
  const Finding& finding;
  const Census& census;
  const CaptureSummary& capture;
  std::string_view platform;            ///< the cloud that the packets or the user named; empty: none
  const HostKnowledge* host = nullptr;  ///< of the host that captured; null: nothing is known of it

  /// Null where the finding's flows differ in the endpoint, or the capture knows nothing of it.
  const ServiceFacts* service() const;
  const HostFacts* server() const;
  const HostFacts* client() const;
  const PairFacts* pair() const;

  /// "10.9.2.2:443", "10.9.2.2", "several servers".
  std::string server_text() const;
  std::string client_text() const;
};

enum class Truth : std::uint8_t { unknown, holds, contrary };

/// `because` is a sentence with the finding's own numbers; empty when unknown.
struct Answer {
  Truth truth = Truth::unknown;
  std::string because;
};

inline Answer unknown() { return {}; }
inline Answer holds(std::string because) { return {Truth::holds, std::move(because)}; }
inline Answer contrary(std::string because) { return {Truth::contrary, std::move(because)}; }

}  // namespace whydrop
