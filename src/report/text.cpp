// The report for people: what its three forms share, and the shortest of them.
#include "src/report/text.h"

#include <fmt/format.h>

#include <iterator>

#include "src/core/text.h"
#include "src/report/layout.h"
#include "src/report/text_parts.h"
#include "src/verdict/local_drops.h"

namespace whydrop {
namespace {

std::string span_text(const CaptureSummary& capture) {
  if (!capture.first || !capture.last || *capture.first == *capture.last) return "";
  return " in " + human(*capture.last - *capture.first);
}

std::string when_text(const CaptureSummary& capture, const Clock& clock) {
  if (!capture.first) return "";
  return fmt::format("{} from {} {} {}", span_text(capture), clock.date(*capture.first),
                     clock.time_of_day(*capture.first), clock.zone(*capture.first));
}

std::string healthy_verdict(const Report::FlowCounts& flows) {
  if (flows.total == 0) return "no flows";
  const std::string total = counted(flows.total, "flow");
  if (flows.ok == flows.total) return total + ", all ok: nothing failed";
  return fmt::format("{} ({}): no failure seen", total, outcome_counts(flows));
}

std::string failed_verdict(const Report::FlowCounts& flows, const Paint& paint) {
  std::string counts = outcome_counts(flows);
  const std::string failed = fmt::format("{} failed", grouped(flows.failed));
  if (const std::size_t at = counts.find(failed); flows.failed != 0 && at != std::string::npos) {
    counts.replace(at, failed.size(), paint.red(failed));
  }
  return fmt::format("{}: {}", counted(flows.total, "flow"), counts);
}

bool anything_wrong(const Report& report) { return report.flows.failed != 0 || report.flows.degraded != 0; }

void print_quiet(const Report& report, const TextStyle& style, const Print& print) {
  for (std::size_t at = 0; at < report.diagnoses.size(); ++at) {
    print(quiet_line(report.diagnoses[at], finding_id(at), style) + '\n');
  }
}

}  // namespace

std::string quiet_line(const Diagnosis& diagnosis, const std::string& id, const TextStyle& style) {
  const Finding& finding = diagnosis.finding;
  const Parties who = parties(finding, ClientPort::hidden);
  std::string line = fmt::format("{} {} {} {}x {} {} -> {} since {} {} {}", id, name(finding.severity),
                                 painted_verdict(finding, finding_name(finding), style.paint), finding.count,
                                 name(finding.transport), who.client, who.server, style.clock.date(finding.first),
                                 style.clock.time_of_day(finding.first), style.clock.zone(finding.first));
  if (!diagnosis.families.empty()) {
    const RankedFamily& family = diagnosis.families.front();
    line += fmt::format(", likely {} {}", printable(family.id), percent(family.probability));
  }
  return line;
}

Lines headline(const Report& report, const TextStyle& style) {
  const auto opened = [&](const std::string& counts) {
    return style.paint.bold(files_name(report.capture, kScreenWidth - display_width(counts))) + counts;
  };
  const std::string packets = ": " + counted(report.capture.packets, "packet");
  if (anything_wrong(report)) {
    return {opened(packets + when_text(report.capture, style.clock)), failed_verdict(report.flows, style.paint)};
  }
  const std::string seen = packets + span_text(report.capture);
  const std::string outcome = healthy_verdict(report.flows);
  const std::string line = opened(fmt::format("{}, {}", seen, outcome));
  return display_width(line) <= kScreenWidth ? Lines{line} : Lines{opened(seen), outcome};
}

Lines evidence_lines(const Evidence& evidence, const CaptureSummary& capture, const TextStyle& style,
                     std::size_t indent) {
  const std::string packet = packet_name(evidence.packet, capture);
  const std::string place = evidence.until
                                ? fmt::format("after {}, until {}:", packet, style.clock.milliseconds(*evidence.until))
                                : fmt::format("{}, {}:", packet, style.clock.milliseconds(evidence.time));
  return hanging(std::string(indent, ' '), place + ' ' + printable(evidence.what), style.width);
}

Lines evidence_lines(const LocalDrop& drop, const TextStyle& style, std::size_t indent) {
  std::string when = style.clock.milliseconds(drop.first);
  if (drop.last != drop.first) when += " to " + style.clock.milliseconds(drop.last);
  return hanging(std::string(indent, ' '), fmt::format("{}: {}", when, printable(drop_text(drop))));
}

std::string vantage_text(Vantage vantage) {
  switch (vantage) {
    case Vantage::unknown: return "";
    case Vantage::client: return "seen at the client";
    case Vantage::server: return "seen at the server";
    case Vantage::path: return "seen on the path";
  }
  return "";
}

std::string painted_verdict(const Finding& finding, std::string text, const Paint& paint) {
  switch (finding.severity) {
    case Severity::failure: return paint.red(text);
    case Severity::degraded: return paint.yellow(text);
    case Severity::information:
    case Severity::healthy: return paint.dim(text);
  }
  return text;
}

std::string attributes_text(const Finding& finding) {
  std::vector<std::string> parts;
  parts.reserve(finding.attributes.size());
  for (const Attribute& attribute : finding.attributes) {
    parts.push_back(fmt::format("{}: {}", attribute.name, printable(to_string(attribute.value))));
  }
  return joined(parts);
}

std::string no_cause_text(const Diagnosis& diagnosis) {
  if (diagnosis.finding.scan) return "A scan: that its attempts fail is no fault";
  if (diagnosis.finding.flood) return "A flood: that its attempts fail is no fault";
  if (!diagnosis.is_ranked) return "Causes are ranked for the first findings only; --filter narrows the capture";
  return "Likely cause: none in the catalog fits";
}

void text_report(const Report& report, const TextOptions& options, const Print& print) {
  const TextStyle style{
      .paint = Paint(options.color), .clock = {.local = options.local_time}, .scores = options.scores};
  switch (options.detail) {
    case TextDetail::screen: return print(text_of(screen_text(report, style)));
    case TextDetail::full: return print_full(report, style, options.threads, print);
    case TextDetail::quiet: return print_quiet(report, style, print);
  }
}

}  // namespace whydrop
