// Which packets of a watch are kept: those of flows that failed, from before it was known on.
//
// Every packet goes through a ring in memory. When a judgement names a flow, what the ring still holds of it is
// written, then its packets as they come, until its finding is gone or has healed. A flow's packets are those of its
// addresses and ports, in whatever tunnel, the ICMP errors that quote them, and the fragments behind its own; beside
// them those that a finding names as its evidence (an error whose quote a translating router changed, an ARP question).
// Of each flow the packets are in order; between flows, those that were waiting come behind others that did not have
// to.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/app/live/changes.h"
#include "src/app/live/evidence_files.h"
#include "src/app/live/packet_ring.h"
#include "src/flow/index.h"
#include "src/verdict/assess.h"
#include "src/wire/packet_view.h"

namespace whydrop {

class Recorder {
 public:
  static constexpr std::size_t kMostFlows = 64;  ///< of a finding at a time: the earliest that are known one by one

  Recorder(EvidenceFiles files, std::uint64_t ring_memory) : files_(std::move(files)), ring_(ring_memory) {}

  void add(std::span<const Frame> frames, std::span<const PacketView> views);
  /// `standing` in the order of the assessment's findings.
  void judged(const Assessment& assessment, std::span<const Standing> standing);

  EvidenceFiles& files() { return files_; }
  const EvidenceFiles& files() const { return files_; }

 private:
  /// A finding of the last judgement.
  struct Failure {
    std::uint64_t id = 0;
    VerdictId verdict{};
    std::string parties;
    std::size_t room = 0;      ///< for so many more flows
    std::uint64_t healed = 0;  ///< flows that began no later than with this packet belong to the past
  };
  struct WantedFlow {
    std::uint64_t hash = 0;
    std::size_t failure = 0;
    Endpoint client;
    Endpoint server;
  };
  struct NamedPacket {
    std::size_t failure = 0;
    std::string what;
  };
  /// All that is wanted, as of one judgement.
  struct Wanted {
    std::vector<Failure> failures;
    std::vector<WantedFlow> flows;
    FlowIndex index;
    std::map<std::uint64_t, NamedPacket> packets;  ///< by number

    const WantedFlow* flow(std::uint64_t hash) const;
    void add(const Finding& finding, std::size_t failure);
    void add(const FlowVerdict& verdict, std::size_t failure);
  };
  struct Datagram {
    std::uint64_t hash = 0;
    std::uint64_t flow = 0;
  };

  Failure failure_of(const Finding& finding, const Standing& standing);
  bool has_news(const Wanted& wanted) const;
  const WantedFlow* flow_of(const KeptPacket& packet) const;
  void write_if_wanted(KeptPacket& packet);
  static std::string parties_of(const WantedFlow& flow);

  EvidenceFiles files_;
  PacketRing ring_;
  Wanted wanted_;
  std::map<std::uint64_t, std::uint64_t> healed_;  ///< by a finding's id: the last packet before it was seen healed
  std::array<Datagram, 64> datagrams_{};           ///< whose first fragments were written last
  std::size_t next_datagram_ = 0;
  std::uint64_t last_packet_ = 0;
  std::string comment_;
};

}  // namespace whydrop
