// Which packets of which flow the kernel of the capturing host dropped itself, and why.
//
// The kernel tells of every drop by its headers (src/drops). These are dissected like any other packet's and so name
// their flow; what drops have in common is counted, and nothing else is kept of them.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/drops/drop.h"
#include "src/flow/place.h"
#include "src/verdict/finding.h"
#include "src/verdict/quality.h"
#include "src/wire/dissector.h"

namespace whydrop {

class LocalDrops {
 public:
  /// Drops are known from `since` on. `dissectors` must live as long.
  LocalDrops(const DissectorTable& dissectors, Time since) : dissectors_(dissectors), since_(since) {}
  LocalDrops(const LocalDrops&) = delete;
  LocalDrops& operator=(const LocalDrops&) = delete;
  ~LocalDrops() = default;

  void add(const KernelDrop& drop);
  /// So many, of unknown flows, were not told between the last call and `until`.
  void lose(std::uint64_t drops, Time until);

  /// Says in `finding` what was dropped of its flows here: of its exemplars, for as many drops as there are. Those are
  /// remembered longer than flows that nobody asked for.
  void explain(Finding& finding);
  /// All that was dropped, by reason and place, the most first.
  CaptureSummary::Drops totals() const;

 private:
  static constexpr std::size_t kFlows = 16'384;
  static constexpr std::size_t kReasons = 4;     ///< of one flow
  static constexpr std::size_t kTexts = 4'096;   ///< names of reasons and functions
  static constexpr std::size_t kTotals = 1'024;  ///< pairs of them

  struct Count {
    std::string_view reason;
    std::string_view location;
    Side sender{};
    std::uint64_t count = 0;
    Time first;
    Time last;
  };
  struct FlowDrops {
    FlowKey key;  ///< without encapsulation
    std::vector<Count> counts;
    Time last;
  };
  struct Hash {
    std::size_t operator()(const FlowKey& key) const { return hash(key); }
  };
  using Recent = std::list<FlowDrops>;  ///< the latest first

  std::string_view kept(std::string_view text);
  FlowDrops& of_flow(const FlowKey& key, Time now);
  static void collect(const FlowDrops& drops, const FlowRecord& record, std::vector<LocalDrop>& found);

  const DissectorTable& dissectors_;
  Time since_;
  Time unknown_until_;  ///< drops may be missing up to then
  std::uint64_t lost_ = 0;
  std::set<std::string, std::less<>> texts_;
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> totals_;
  Recent recent_;
  std::unordered_map<FlowKey, Recent::iterator, Hash> flows_;
  PacketView view_;
};

/// "NETFILTER_DROP at nft_do_chain".
std::string reason_text(std::string_view reason, std::string_view location);
/// "this host dropped 3 packets of the client: NETFILTER_DROP at nft_do_chain (kernel, skb:kfree_skb)".
std::string drop_text(const LocalDrop& drop);

}  // namespace whydrop
