// The phrases that all text outputs share: who, when, how many, which packet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/cause/diagnosis.h"

namespace whydrop {

/// "86%"; "<1%" and ">99%" instead of a rounding that claims certainty.
std::string percent(double probability);

/// How times are written: UTC, or the time zone of this host.
struct Clock {
  bool local = false;

  std::string date(Time time) const;          ///< 2026-11-21
  std::string time_of_day(Time time) const;   ///< 05:25:37
  std::string milliseconds(Time time) const;  ///< 05:25:37.123
  std::string zone(Time time) const;          ///< UTC
};

struct Parties {
  std::string client;  ///< "10.9.1.2", "[fd00::1]:40000" with `client_port`, "several clients"
  std::string server;  ///< "10.9.2.2:443", "10.9.2.2:*" where the ports differ
};
enum class ClientPort : std::uint8_t { hidden, shown };
Parties parties(const Finding& finding, ClientPort client_port);

/// "F1".
std::string finding_id(std::size_t position);

/// "syn-no-reply", "syn-no-reply (scan)".
std::string finding_name(const Finding& finding);

/// "packet 12", or "packet 12 of b.pcap" when the capture has several files.
std::string packet_name(const PacketRef& packet, const CaptureSummary& capture);

/// "folder/capture.pcap", "capture.pcap and 2 more files": the path where it fits in `width`, else the file's name.
std::string files_name(const CaptureSummary& capture, std::size_t width);

/// "no packets, though the file is sound.", or what else a capture without packets is.
std::string no_packets(const CaptureSummary& capture);

/// "2 ok, 1 degraded, 3 failed", without what is 0.
std::string outcome_counts(const Report::FlowCounts& flows);

/// What the note says, or what its kind means, and the verdicts that it touches.
std::string note_text(const QualityNote& note);

std::string joined(const std::vector<std::string>& parts, std::string_view between = ", ");
std::string joined_names(const std::vector<VerdictId>& verdicts);

}  // namespace whydrop
