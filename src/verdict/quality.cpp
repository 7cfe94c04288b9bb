// Which of the known ways of a capture to lie this one shows.
#include "src/verdict/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "src/core/text.h"
#include "src/verdict/assess.h"
#include "src/verdict/quality_notes.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

constexpr std::uint64_t kFailuresWithoutIcmp = 24;

/// Where only packets with SYN, FIN or RST were recorded, these mistake what is hidden for silence: the ACK that opens
/// a connection, and all that its sides said.
constexpr std::array kNeedPlainSegments = {VerdictId::synack_no_ack, VerdictId::half_open_scan, VerdictId::synack_reset,
                                           VerdictId::closed_on_accept, VerdictId::idle_expired};

/// What one pass over the flows counts for the notes.
struct FlowTally {
  std::uint64_t one_sided = 0;
  std::uint64_t lost = 0;
  std::uint64_t midstream = 0;
  std::uint64_t pending = 0;
  std::uint64_t oversize = 0;
  std::uint64_t bad_checksum = 0;
  std::uint64_t failed = 0;
};

/// Only a handshake lets both sides talk: the capture lacks the half of it that the client answered.
bool lacks_syn_ack(const FlowRecord& record) {
  return record.client().has(saw::syn | saw::ack | saw::data) && record.server().has(saw::ack | saw::data) &&
         !record.server().has_any(saw::syn | saw::syn_ack);
}

FlowTally tally(const std::vector<FlowVerdict>& flows) {
  FlowTally counts;
  for (const FlowVerdict& flow : flows) {
    const FlowRecord& record = *flow.record;
    const auto either = [&](std::uint16_t bits) {
      return record.sides[0].has_any(bits) || record.sides[1].has_any(bits);
    };
    const bool tcp = record.key.transport == Transport::tcp && record.packets() != 0;
    if (tcp && fact::other_direction_lives(record)) ++counts.one_sided;
    if (either(saw::unseen_acked) || (tcp && lacks_syn_ack(record))) ++counts.lost;
    if (tcp && !either(saw::syn | saw::syn_ack)) ++counts.midstream;
    if (either(saw::oversize)) ++counts.oversize;
    if (either(saw::bad_checksum)) ++counts.bad_checksum;
    if (flow.verdict == VerdictId::inconclusive) ++counts.pending;
    if (info(flow.verdict).severity == Severity::failure) ++counts.failed;
  }
  return counts;
}

class Notes {
 public:
  explicit Notes(CaptureSummary& capture) : capture_(capture) {}

  void add(bool holds, QualityId id, std::string detail, std::vector<VerdictId> affects = {}) {
    if (holds) capture_.quality.push_back({.id = id, .detail = std::move(detail), .affects = std::move(affects)});
  }

 private:
  CaptureSummary& capture_;
};

void note_files(const CaptureSummary& capture, Notes& notes) {
  for (const CaptureSummary::File& file : capture.files) {
    if (!file.cut_at) continue;
    notes.add(
        true, QualityId::file_cut,
        fmt::format("{} ends inside the record at byte {}; what came before is analysed", file.path, *file.cut_at));
  }
  notes.add(capture.files_overlap, QualityId::files_overlap,
            "files overlap in time and were merged by it; clocks that differ put packets in the wrong order");
  notes.add(!capture.filters.empty(), QualityId::filtered,
            fmt::format("capture filter: {}", fmt::join(capture.filters, "; ")),
            {VerdictId::unreachable, VerdictId::syn_no_reply, VerdictId::udp_no_reply});
  notes.add(is_of_all_interfaces(capture), QualityId::any_interface,
            "recorded on all interfaces; a forwarded packet appears once for each that it crosses");
}

void note_packets(const CaptureSummary& capture, Notes& notes) {
  notes.add(
      capture.cut_packets != 0, QualityId::headers_cut,
      fmt::format("{} cut by the snap length before the end of their headers", counted(capture.cut_packets, "packet")));
  notes.add(capture.cut_quotes != 0, QualityId::headers_cut,
            fmt::format("{} cut before the ports: whose packet was rejected cannot be told",
                        counted(capture.cut_quotes, "ICMP error")),
            {VerdictId::syn_no_reply, VerdictId::udp_no_reply, VerdictId::stalled});
  notes.add(capture.backward_steps != 0, QualityId::clock_jumps,
            fmt::format("timestamps step back {} times", grouped(capture.backward_steps)));
  notes.add(capture.copies != 0, QualityId::capture_duplicates,
            fmt::format("{} recorded again; not counted as retransmissions", counted(capture.copies, "packet")));
}

void note_flows(const CaptureSummary& capture, const FlowTally& counts, std::size_t flows, Notes& notes) {
  notes.add(counts.one_sided != 0, QualityId::capture_one_sided,
            fmt::format("{} recorded in one direction only, although the other lives",
                        counted(counts.one_sided, "connection")),
            {VerdictId::syn_no_reply, VerdictId::one_way, VerdictId::refused});
  std::string lost;
  if (capture.dropped != 0) lost = fmt::format("the capture states {} dropped", counted(capture.dropped, "packet"));
  if (counts.lost != 0) {
    if (!lost.empty()) lost += "; ";
    lost +=
        fmt::format("in {} bytes were acknowledged that this capture never saw", counted(counts.lost, "connection"));
  }
  notes.add(!lost.empty(), QualityId::capture_lost_packets, lost,
            {VerdictId::syn_no_reply, VerdictId::udp_no_reply, VerdictId::one_way, VerdictId::stalled});
  notes.add(counts.pending != 0, QualityId::starts_or_ends_inside,
            fmt::format("{} cannot be judged from what was recorded", counted(counts.pending, "flow")));
  notes.add(counts.midstream != 0, QualityId::starts_midstream,
            fmt::format("{} began before the capture", counted(counts.midstream, "connection")));
  notes.add(counts.oversize != 0, QualityId::offload,
            fmt::format("{} with frames larger than a segment", counted(counts.oversize, "connection")));
  notes.add(counts.bad_checksum != 0, QualityId::transmit_checksums,
            fmt::format("{} with checksums left to the network card", counted(counts.bad_checksum, "connection")));
  notes.add(counts.failed >= kFailuresWithoutIcmp && capture.icmp_packets == 0, QualityId::no_icmp,
            fmt::format("{} failed and not one ICMP packet was recorded", counted(counts.failed, "flow")),
            {VerdictId::unreachable, VerdictId::pmtu_blackhole});
  notes.add(flows == 0, QualityId::short_capture,
            capture.packets == 0
                ? "no packets: the wrong interface, a filter that matches nothing, or this host's own output rule "
                  "dropped them before the capture"
                : "no flow that could be judged: too little was recorded, or of the wrong kind");
}

}  // namespace

bool is_of_all_interfaces(const CaptureSummary& capture) {
  constexpr LinkType kLinuxSll{113};
  constexpr LinkType kLinuxSll2{276};
  return std::ranges::any_of(capture.link_types, [](LinkType type) { return type == kLinuxSll || type == kLinuxSll2; });
}

bool needs_hidden_packets(VerdictId verdict, const FlowRecord& flow, const Census& census) {
  if (!census.holds_only_flagged() && !census.holds_flagged_alone(flow)) return false;
  return std::ranges::find(kNeedPlainSegments, verdict) != kNeedPlainSegments.end();
}

void note_quality(CaptureSummary& capture, const Census& census, const std::vector<FlowVerdict>& flows) {
  Notes notes(capture);
  note_files(capture, notes);
  notes.add(
      census.recorded() == Recorded::lean, QualityId::filtered,
      fmt::format("--lean: of TCP and UDP one flow in {} was recorded whole; of other connections only packets with "
                  "SYN, FIN or RST, of other UDP what comes from or goes to ports below 1024; no tunnels",
                  kLeanSample),
      {kNeedPlainSegments.begin(), kNeedPlainSegments.end()});
  notes.add(census.holds_only_flagged(), QualityId::filtered,
            "of TCP only packets with SYN, FIN or RST were recorded: acknowledgements and data are hidden",
            {kNeedPlainSegments.begin(), kNeedPlainSegments.end()});
  note_packets(capture, notes);
  note_flows(capture, tally(flows), flows.size(), notes);
  std::ranges::sort(capture.quality, [](const QualityNote& a, const QualityNote& b) {
    return std::tie(a.id, a.detail) < std::tie(b.id, b.detail);
  });
}

void weaken_by_quality(const CaptureSummary& capture, Finding& finding) {
  for (const QualityNote& note : capture.quality) {
    if (std::ranges::find(note.affects, finding.verdict) == note.affects.end()) continue;
    constexpr double kDoubt = 0.85;
    finding.confidence *= kDoubt;
    finding.confidence_reasons.push_back(fmt::format("{}: {}", name(note.id), note.detail));
  }
}

}  // namespace whydrop
