// The phrases that all text outputs share.
#include "src/report/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "src/core/text.h"
#include "src/report/layout.h"

namespace whydrop {
namespace {

std::tm broken_down(Time time, bool local) {
  const std::time_t whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  if (local) localtime_r(&whole, &parts);  // NOLINT(cert-err33-c): the year of a Time always fits
  else gmtime_r(&whole, &parts);           // NOLINT(cert-err33-c)
  return parts;
}

std::string address_text(const FindingEndpoint& endpoint, std::string_view several) {
  return endpoint.address ? to_string(*endpoint.address) : std::string(several);
}

std::string with_port(const FindingEndpoint& endpoint, std::string_view several) {
  if (!endpoint.port) return address_text(endpoint, several);
  if (endpoint.address) return endpoint_text(*endpoint.address, *endpoint.port);
  return fmt::format("{}, port {}", several, *endpoint.port);
}

}  // namespace

std::string percent(double probability) {
  if (probability > 0 && probability < 0.01) return "<1%";
  if (probability > 0.99 && probability < 1) return ">99%";
  return fmt::format("{:.0f}%", probability * 100);
}

std::string Clock::date(Time time) const {
  const std::tm parts = broken_down(time, local);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

std::string Clock::time_of_day(Time time) const {
  const std::tm parts = broken_down(time, local);
  return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string Clock::milliseconds(Time time) const {
  const auto fraction = time - std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{}.{:03}", time_of_day(time), fraction / std::chrono::milliseconds(1));
}

std::string Clock::zone(Time time) const {
  if (!local) return "UTC";
  const std::tm parts = broken_down(time, true);
  return parts.tm_zone != nullptr ? parts.tm_zone : "local";
}

Parties parties(const Finding& finding, ClientPort client_port) {
  const bool show_client_port = client_port == ClientPort::shown;
  Parties found{.client = show_client_port ? with_port(finding.client, "several clients")
                                           : address_text(finding.client, "several clients"),
                .server = with_port(finding.server, "several hosts")};
  if (has_ports(finding.transport) && finding.server.address && !finding.server.port) {
    found.server = fmt::format(fmt::runtime(finding.server.address->is_v4() ? "{}:*" : "[{}]:*"), found.server);
  }
  return found;
}

std::string finding_id(std::size_t position) { return fmt::format("F{}", position + 1); }

std::string finding_name(const Finding& finding) {
  return fmt::format("{}{}{}", name(finding.verdict), finding.scan ? " (scan)" : "", finding.flood ? " (flood)" : "");
}

std::string packet_name(const PacketRef& packet, const CaptureSummary& capture) {
  if (capture.files.size() < 2 || packet.file() >= capture.files.size()) {
    return fmt::format("packet {}", packet.number());
  }
  const std::filesystem::path path(capture.files[packet.file()].path);
  return fmt::format("packet {} of {}", packet.number(), printable(path.filename().string()));
}

std::string files_name(const CaptureSummary& capture, std::size_t width) {
  if (capture.files.empty()) return "no file";
  const std::string& path = capture.files.front().path;
  const std::size_t others = capture.files.size() - 1;
  const std::string rest = others == 0 ? "" : fmt::format(" and {}", counted(others, "more file"));
  const std::string whole = path == "-" ? "standard input" : printable(path);
  if (display_width(whole) + rest.size() <= width) return whole + rest;
  constexpr std::size_t kLeast = 12;
  const std::string name = printable(std::filesystem::path(path).filename().string());
  return shortened_middle(name, std::max(width, rest.size() + kLeast) - rest.size()) + rest;
}

std::string no_packets(const CaptureSummary& capture) {
  const bool damaged =
      std::any_of(capture.files.begin(), capture.files.end(), [](const auto& file) { return file.damaged; });
  return damaged ? "no packets before the damage." : "no packets, though the file is sound.";
}

std::string outcome_counts(const Report::FlowCounts& flows) {
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count != 0) parts.push_back(fmt::format("{} {}", grouped(count), what));
  };
  add(flows.ok, "ok");
  add(flows.degraded, "degraded");
  add(flows.failed, "failed");
  add(flows.inconclusive, "inconclusive");
  return joined(parts);
}

std::string note_text(const QualityNote& note) {
  const auto kind = std::find_if(all_quality_notes().begin(), all_quality_notes().end(),
                                 [&](const QualityInfo& info) { return info.id == note.id; });
  std::string text = note.detail.empty() ? std::string(kind->summary) : printable(note.detail);
  if (!note.affects.empty()) text += fmt::format(" (weakens {})", joined_names(note.affects));
  return text;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string joined_names(const std::vector<VerdictId>& verdicts) {
  std::vector<std::string> names;
  names.reserve(verdicts.size());
  for (const VerdictId id : verdicts) names.emplace_back(name(id));
  return joined(names);
}

}  // namespace whydrop
