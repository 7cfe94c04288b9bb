// What the rest of the capture knows about a host, a service, a pair of hosts: counted once over all flows, asked by
// verdicts (is this a known listener?) and by causes (does anybody else get through?).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "src/core/sampling.h"
#include "src/flow/record.h"
#include "src/verdict/fact_table.h"
#include "src/wire/icmp.h"

namespace whydrop {

/// How an attempt ended, as far as counting goes.
enum class Outcome : std::uint8_t { answered, silent, refused, unreachable, unjudged };

/// Everything towards one responder address, port and transport.
struct ServiceFacts {
  static constexpr std::size_t kClients = 16;

  std::uint64_t answered = 0;
  std::uint64_t silent = 0;
  std::uint64_t refused = 0;
  std::uint64_t unreachable = 0;
  std::uint64_t opened_late = 0;           ///< answered only after the SYN was repeated
  std::uint64_t served = 0;                ///< TCP flows in which both sides sent data
  std::uint64_t waited_in_vain = 0;        ///< opened, asked, never answered before the client gave up
  std::uint64_t incomplete_datagrams = 0;  ///< of which fragments never came, in either direction
  std::uint64_t completed = 0;             ///< connections that opened
  Time first_attempt;
  Time last_attempt;
  std::uint64_t half_open = 0;     ///< SYN and SYN-ACK passed, and the client never said more
  Duration shortest_answer_gap{};  ///< between the beginnings of answered attempts; 0: fewer than two
  Duration longest_answer_gap{};
  std::uint64_t new_sources = 0;  ///< attempts by clients that had not been met before
  Duration longest_survived{};    ///< silence after which a connection to it went on
  Duration shortest_killed{};     ///< silence after which one did not; 0: none
  Time first_answered;
  Time last_answered;
  Time first_silent;
  Time last_silent;
  std::vector<IpAddress> answered_clients;  ///< at most kClients different ones
  std::vector<IpAddress> silent_clients;
};

// NOLINTBEGIN(readability-identifier-naming): bits, used like enumerators
/// Signs that a capture was taken at a host (HostFacts::local_signs).
namespace locality {
constexpr std::uint8_t direction = 1U << 0U;   ///< the capture marks its packets as sent by the capturing host
constexpr std::uint8_t ttl = 1U << 1U;         ///< its packets have an initial TTL: no router in between
constexpr std::uint8_t round_trip = 1U << 2U;  ///< its half of the handshake takes next to no time
constexpr std::uint8_t offload =
    1U << 3U;  ///< frames above the segment size, or unfinished checksums, on its side only
constexpr std::uint8_t distant = 1U << 4U;  ///< its packets crossed a router: TTL below an initial value
}  // namespace locality
// NOLINTEND(readability-identifier-naming)

/// Everything that one address did or suffered.
struct HostFacts {
  std::uint64_t packets_sent = 0;  ///< seen in this capture with it as source
  std::uint64_t tcp_answered = 0;  ///< as responder, by transport and outcome
  std::uint64_t tcp_silent = 0;
  std::uint64_t tcp_refused = 0;
  std::uint64_t udp_answered = 0;
  std::uint64_t udp_silent = 0;
  std::uint64_t echo_answered = 0;
  std::uint64_t echo_silent = 0;
  std::uint64_t neighbor_answered = 0;  ///< ARP or ND questions for it
  std::uint64_t neighbor_silent = 0;
  std::uint64_t client_answered = 0;  ///< as initiator, any transport
  std::uint64_t client_failed = 0;
  std::uint64_t icmp_errors_sent = 0;
  std::uint64_t one_sided = 0;       ///< TCP flows of it as initiator whose replies live but were not recorded
  std::uint64_t two_way = 0;         ///< TCP flows of it as initiator with both directions recorded
  std::uint64_t neighbor_asked = 0;  ///< different targets that it asked for by ARP or ND
  bool claimed_twice = false;        ///< two MAC addresses answered for it
  std::uint8_t opened_ttl = 0;       ///< TTL of its SYN-ACKs; 0: none seen
  std::uint8_t local_signs = 0;      ///< locality bits: why the capture may stand at this host
};

struct PairFacts {
  std::uint64_t answered = 0;  ///< any transport, any port, from client to server
  std::uint64_t failed = 0;
  std::uint32_t smallest_lost = 0;  ///< segment size that a proven path-MTU black hole swallowed; 0: none
  std::uint8_t client_ttls = 0;     ///< different hop limits that the client's flows began with; 2 means "several"
  std::uint8_t first_ttl = 0;
  bool ttl_exceeded = false;  ///< a hop on the way reported an expired TTL: a traceroute, or a loop
};

/// ICMP errors that answered attempts from one client at one service. Senders ration them, so that an attempt without
/// an error of its own may still have met the same rejection.
struct RejectionFacts {
  IcmpErrorFact error;  ///< the first; count 0: none yet
  Time first;
  Time last;
};

/// ICMP errors that quote packets which nobody was seen to send: a hop rewrote ports or addresses, and the error never
/// found the connection that it is about.
struct StrayErrors {
  static constexpr std::size_t kMeanings = static_cast<std::size_t>(IcmpMeaning::time_exceeded) + 1;

  std::array<IcmpErrorFact, kMeanings> first_of{};  ///< by IcmpMeaning; count 0: none
  bool claimed = false;                             ///< they explain a connection that was seen
};

/// One client that answers SYN-ACKs of one service with RSTs: half-open scans, health checks.
struct HalfOpenFacts {
  std::uint64_t count = 0;
  Time last;
  Duration shortest_gap{};
  Duration longest_gap{};
};

/// Connections to one port that opened, where others were given up as their SYN-ACK came.
struct RaceFacts {
  static constexpr std::size_t kMost = 256;
  struct Opened {
    Time when;
    IpAddress server;
  };

  std::vector<Opened> opened;  ///< at most kMost
};

/// TCP connections of one client to one service that opened.
struct VisitFacts {
  static constexpr Duration kBrief = std::chrono::seconds(30);

  std::uint64_t opened = 0;
  std::uint64_t brief = 0;     ///< of them closed within kBrief
  std::uint64_t served = 0;    ///< of them answered and over within a second
  std::uint64_t answered = 0;  ///< of them with a byte from the server
  Time first;
  Time last;        ///< the last one's beginning
  Time lived_from;  ///< of the one that lived longest, until the server's last packet
  Time lived_until;
};

/// Attempts over the capture's time, in buckets that grow with it.
class LoadProfile {
 public:
  static constexpr std::size_t kBuckets = 64;
  struct Bucket {
    std::uint32_t attempts = 0;
    std::uint32_t failed = 0;
  };

  void add(Time when, bool failed);
  Duration width() const { return width_; }
  const std::array<Bucket, kBuckets>& buckets() const { return buckets_; }

 private:
  Time begin_;
  Duration width_ = std::chrono::seconds(1);
  std::array<Bucket, kBuckets> buckets_{};
};

/// What one client was told about one name, by all the servers that it asked.
struct NameFacts {
  std::uint64_t good = 0;
  std::uint64_t errors = 0;   ///< flows in which every answer was one
  std::uint64_t missing = 0;  ///< of them NXDOMAIN
  Time last_good;
  Time first_error;
  Time last_error;
};

/// Attempts of one client over one transport that did not complete: enough to know a scan.
struct AttemptFacts {
  static constexpr std::size_t kScanHosts = 8;
  static constexpr std::size_t kScanPorts = 15;
  static constexpr std::uint32_t kSweepPings = 4;  ///< of one host; who sends more waits for it

  Endpoint first;                ///< that it tried; most clients try nothing else
  std::vector<Endpoint> others;  ///< in order, each once; fewer than kScanHosts times kScanPorts
  bool any = false;
  bool scans = false;

  void add(const Endpoint& target, Transport transport);
};

/// How an attempt ended, judged by its own facts alone; `silent` does not look at the time that was left.
Outcome outcome_of(const FlowRecord& record, const FlowDetail* detail);
/// A request for a file by TFTP, which is answered from another port than it was sent to (RFC 1350, 4).
bool asks_for_file(const FlowRecord& record, const FlowDetail* detail);

/// What of each conversation the capture holds: all, or what core/sampling.h says.
enum class Recorded : std::uint8_t { all, lean };

class Census {
 public:
  Census() = default;
  explicit Census(Recorded recorded) : recorded_(recorded) {}

  void add(const FlowRecord& record, const FlowDetail* detail, Outcome outcome);
  /// A path-MTU black hole is proven between these two, for segments from `smallest_lost` bytes on.
  void add_black_hole(const FlowRecord& record, std::uint32_t smallest_lost);
  /// The client of `record` waited for an answer and gave up.
  void add_wait_in_vain(const FlowRecord& record);
  /// A connection went on after a silence, or did not.
  void add_silence(const FlowRecord& record, Duration length, bool survived);
  /// An attempt, unless it belongs to a traceroute.
  void add_attempt(const FlowRecord& record, const FlowDetail* detail, Outcome outcome);
  /// A SYN-ACK was answered with RST.
  void add_half_open(const FlowRecord& record);
  /// A SYN-ACK whose SYN was not sent to its sender.
  void add_stray_syn_ack(const FlowRecord& record);
  /// A connection that opened, for those that lost a race against it.
  void add_winner(const FlowRecord& record);
  /// The errors that stray_error finds are about this sender's packets.
  void claim_errors(const FlowRecord& record, Side sender, IcmpMeaning meaning);

  /// So that a copy of `other` finds memory for the tables that floods fill; FactTable has more.
  void make_room_for(const Census& other, const std::function<void()>& pause);

  /// Asks for what counting and judging this flow will look at, so that the next flows' cache misses overlap.
  void prefetch(const FlowRecord& record) const;

  const ServiceFacts* service(const IpAddress& address, std::uint16_t port, Transport transport) const;
  const HostFacts* host(const IpAddress& address) const;
  const HalfOpenFacts* half_open(const FlowRecord& flow) const;
  /// What the client was told about a name, by flow::name_hash.
  const NameFacts* name(const IpAddress& client, std::uint32_t name) const;
  /// Different services (address and port) whose SYN-ACKs this client answered with RST.
  std::uint64_t half_open_services(const IpAddress& client) const;
  /// Who answered this SYN under another address or port.
  std::optional<Endpoint> misaddressed_answer(const Endpoint& client, TcpSeq acknowledges) const;
  const PairFacts* pair(const IpAddress& client, const IpAddress& server) const;
  /// All services of one responder address.
  std::vector<const ServiceFacts*> services_of(const IpAddress& address) const;
  /// Over 1,000 sources a minute tried the port once or twice each, and hardly any of them got in.
  bool is_flooded(const IpAddress& address, std::uint16_t port) const;
  /// Whether this client tried 15 or more ports of a host, or 8 or more hosts, without completing. Over UDP only ports
  /// count: a name server of one's own asks many hosts in vain behind a filter.
  bool is_scanner(const IpAddress& client, Transport transport) const;
  /// Connections of `flow`'s client to the same responder and port that opened.
  const VisitFacts* visits(const FlowRecord& flow) const;
  /// TCP attempts of the whole capture, scans included.
  const LoadProfile& load() const { return load_; }
  /// Errors that met `flow`'s client at the same responder and port.
  const RejectionFacts* rejections(const FlowRecord& flow) const;
  /// An error of this meaning that quotes nobody's packets and fits those of `sender`; null where there is none.
  const IcmpErrorFact* stray_error(const FlowRecord& flow, Side sender, IcmpMeaning meaning) const;
  /// The errors that quote this flow, of which no packet was seen, explain another one.
  bool is_claimed(const FlowDetail& detail, const FlowRecord& quoted) const;
  /// What single flows say about others, which a second look at all flows must bind.
  bool has_loose_ends() const { return !strays_.entries().empty() || !half_open_.entries().empty(); }
  /// Something but silence may have answered a SYN that stayed alone: an ICMP error, a SYN-ACK from elsewhere.
  bool has_explanations_for_silence() const {
    return !rejections_.entries().empty() || !strays_.entries().empty() || !stray_syn_acks_.empty() ||
           holds_only_flagged();
  }
  /// The client of `flow` opened a connection to the same port of another address about then.
  bool lost_race(const FlowRecord& flow, Time given_up) const;
  /// Somebody at the server's address sent something to the very port that this request came from.
  bool is_answered_elsewhere(const FlowRecord& request) const;
  /// Every TCP packet bears SYN, FIN or RST, although connections opened and closed: a filter hides the others.
  bool holds_only_flagged() const { return closed_by_flags_ != 0 && plainly_ == 0; }
  /// The same of this flow alone, whose ports `--lean` does not choose.
  bool holds_flagged_alone(const FlowRecord& flow) const {
    return recorded_ == Recorded::lean && flow.key.transport == Transport::tcp &&
           !is_in_lean_sample(flow.key.low_port, flow.key.high_port);
  }
  Recorded recorded() const { return recorded_; }

 private:
  void add_host_facts(const FlowRecord& record, const FlowDetail* detail, Outcome outcome);
  void add_opened(const FlowRecord& record, const FlowDetail* detail);
  void add_name(const FlowRecord& record, const FlowDetail* detail);
  void add_errors(const FlowRecord& record, const FlowDetail& detail);
  void add_rejection(const FlowRecord& record, const IcmpErrorFact& error);
  void add_stray_error(const FlowRecord& quoted, const IcmpErrorFact& error);
  void add_transfer(const FlowRecord& record, const FlowDetail* detail);
  void add_flags(const FlowRecord& record, const FlowDetail* detail);
  std::optional<FlowKey> stray_key(const FlowRecord& flow, Side sender, IcmpMeaning meaning) const;
  ServiceFacts& service_slot(const FlowRecord& record);
  HostFacts& host_slot(const IpAddress& address);
  PairFacts& pair_slot(const IpAddress& client, const IpAddress& server);

  Recorded recorded_ = Recorded::all;
  // A FlowKey with unused parts left empty is the key of each.
  FactTable<ServiceFacts> services_;
  FactTable<HostFacts> hosts_;
  FactTable<PairFacts> pairs_;
  FactTable<RejectionFacts> rejections_;
  FactTable<VisitFacts> visits_;
  LoadProfile load_;
  FactTable<AttemptFacts> attempts_;
  FactTable<HalfOpenFacts> half_open_;
  FactTable<NameFacts> names_;
  FactTable<std::uint64_t> half_open_services_;
  FactTable<RaceFacts> races_;
  FactTable<std::uint64_t> transfers_;  ///< packets from the server's address to a port that asked for a file
  FactTable<StrayErrors> strays_{kMostStrays};
  std::uint64_t closed_by_flags_ = 0;  ///< TCP flows that opened and closed with packets of SYN, FIN and RST alone
  std::uint64_t plainly_ = 0;          ///< TCP flows with any other packet
  static constexpr std::size_t kMostStrays = 4096;  // backscatter of a flood elsewhere must not fill memory
  std::map<std::tuple<IpAddress, std::uint16_t, std::uint32_t>, Endpoint> stray_syn_acks_;
};

}  // namespace whydrop
