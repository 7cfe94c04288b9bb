// Predicates about time: what came before the failure, what goes on meanwhile, and at which pace.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "src/cause/predicates.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

/// Gaps that a timer makes, as a capture sees them.
bool is_even(Duration shortest, Duration longest) { return shortest > 50ms && longest * 10 <= shortest * 13; }

const VisitFacts* visits_of(const Case& about) {
  if (about.finding.exemplars.empty() || about.finding.transport != Transport::tcp) return nullptr;
  return about.census.visits(about.finding.exemplars.front().record);
}

std::string first_client(const Case& about) {
  return to_string(about.finding.exemplars.front().record.client_endpoint().address);
}

Answer even_replies(const Flow& flow) {
  constexpr std::uint32_t kEnoughReplies = 3;
  if (!flow.detail) return unknown();
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (exchange.replies < kEnoughReplies || exchange.replies >= exchange.requests) return unknown();
  const Duration shortest = exchange.shortest_reply_gap;
  const Duration longest = exchange.longest_reply_gap;
  const Duration asked_every = (exchange.last_request - exchange.first_request) / (exchange.requests - 1);
  if (is_even(shortest, longest) && shortest * 2 >= asked_every * 3) {
    return holds(fmt::format("replies come every {}, although a request goes out every {}", human(shortest),
                             human(asked_every)));
  }
  if (longest < shortest * 2) return unknown();
  return contrary(fmt::format("replies come at uneven times, {} to {} apart", human(shortest), human(longest)));
}

/// Attempts per bucket, where some of them failed and where all succeeded.
struct Load {
  double failing = 0;
  double calm = 0;
  std::uint32_t calm_buckets = 0;
};

Load load_of(const LoadProfile& profile) {
  Load load;
  std::uint32_t failing_buckets = 0;
  for (const LoadProfile::Bucket& bucket : profile.buckets()) {
    if (bucket.attempts == 0) continue;
    (bucket.failed > 0 ? load.failing : load.calm) += bucket.attempts;
    ++(bucket.failed > 0 ? failing_buckets : load.calm_buckets);
  }
  if (failing_buckets > 0) load.failing /= failing_buckets;
  if (load.calm_buckets > 0) load.calm /= load.calm_buckets;
  return load;
}

}  // namespace

Answer ask_brief_visits_before(const Case& about) {
  constexpr std::uint64_t kSeveral = 3;
  const VisitFacts* visits = visits_of(about);
  if (visits == nullptr) return unknown();
  if (visits->last > about.finding.last) {
    return contrary(fmt::format("{} gets in again after these failures", first_client(about)));
  }
  const bool all_brief = visits->brief == visits->opened;
  if (visits->opened < kSeveral || !all_brief || visits->last > about.finding.first) return unknown();
  return holds(fmt::format("{} had {} to {}, each soon over, and none is accepted any more", first_client(about),
                           counted(visits->opened, "connection"), about.server_text()));
}

Answer ask_open_connections_live_on(const Case& about) {
  const VisitFacts* visits = visits_of(about);
  if (visits == nullptr || visits->lived_from >= about.finding.first) return unknown();
  if (visits->lived_until < about.finding.first + 1s) return unknown();
  return holds(fmt::format("a connection that {} had opened {} before is still alive {} later", first_client(about),
                           human(about.finding.first - visits->lived_from),
                           human(visits->lived_until - about.finding.first)));
}

Answer ask_first_of_burst_pass(const Case& about) {
  constexpr std::uint64_t kEnough = 5;
  constexpr Duration kBurst = 2s;
  const ServiceFacts* service = about.service();
  if (service == nullptr || service->answered == 0 || service->silent < 2) return unknown();
  const std::uint64_t attempts = service->answered + service->silent;
  if (attempts < kEnough || service->last_silent - service->first_answered > kBurst) return unknown();
  if (service->last_answered >= service->first_silent) return unknown();
  return holds(fmt::format("of {} that began within {}, the first {} got through and no later one",
                           counted(attempts, "attempt"), human(service->last_silent - service->first_answered),
                           service->answered));
}

Answer ask_accepted_ones_are_served(const Case& about) {
  constexpr Duration kLongWait = 5s;
  const VisitFacts* visits = visits_of(about);
  if (visits == nullptr || visits->opened == 0) return unknown();
  if (visits->served > 0) {
    return holds(fmt::format("{} to {} were answered and over within a second", counted(visits->served, "connection"),
                             about.server_text()));
  }
  // A handshake that was never completed was never accepted: only others than the failing ones tell.
  if (about.finding.verdict == VerdictId::handshake_ack_lost && visits->opened <= about.finding.count) return unknown();
  if (visits->answered > 0 || visits->lived_until - visits->lived_from < kLongWait) return unknown();
  return contrary(fmt::format("no connection to {} that opened ever got a byte from it", about.server_text()));
}

Answer ask_successes_evenly_spaced(const Case& about) {
  constexpr std::uint64_t kEnough = 4;
  if (about.finding.exemplars.empty()) return unknown();
  if (about.finding.verdict == VerdictId::ping_partial) return even_replies(about.finding.exemplars.front());
  const ServiceFacts* service = about.service();
  if (service == nullptr || service->answered < kEnough || service->silent < service->answered) return unknown();
  if (!is_even(service->shortest_answer_gap, service->longest_answer_gap)) return unknown();
  return holds(fmt::format("{} answers one attempt every {}, and not the {} in between", about.server_text(),
                           human(service->shortest_answer_gap), service->silent));
}

Answer ask_failures_follow_load(const Case& about) {
  constexpr std::uint32_t kEnoughCalm = 3;
  constexpr double kMuchMore = 3;
  const Load load = load_of(about.census.load());
  if (load.calm_buckets < kEnoughCalm || load.failing == 0) return unknown();
  const std::string width = human(about.census.load().width());
  const std::string text = fmt::format("where attempts fail, {:.1f} are made in {}, where none fails {:.1f}",
                                       load.failing, width, load.calm);
  if (load.failing >= load.calm * kMuchMore) return holds(text);
  if (load.failing <= load.calm) return contrary(text);
  return unknown();
}

Answer ask_half_open_pile_up(const Case& about) {
  constexpr std::uint64_t kSeveral = 3;
  const ServiceFacts* service = about.service();
  if (service == nullptr || about.finding.transport != Transport::tcp) return unknown();
  if (service->half_open >= kSeveral) {
    return holds(
        fmt::format("{} with {} hang half open", counted(service->half_open, "handshake"), about.server_text()));
  }
  if (service->half_open > 0 || about.finding.vantage != Vantage::server) return unknown();
  return contrary("no handshake with " + about.server_text() + " hangs half open");
}

}  // namespace whydrop
