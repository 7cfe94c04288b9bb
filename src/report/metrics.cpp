// Families of samples: each with its help, its type, then its values.
#include "src/report/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace whydrop {
namespace {

constexpr std::size_t kMostSeries = 100;
constexpr std::string_view kRest = "other";

/// Backslash, quote and newline are what the format escapes, the quote in label values only.
std::string escaped_label(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') escaped += "\\n";
    else escaped += c;
  }
  return escaped;
}

using Labels = std::vector<std::pair<std::string_view, std::string>>;

class Text {
 public:
  /// What follows is of this family. `name` without the prefix that all share.
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    append("# HELP whydrop_{} {}\n# TYPE whydrop_{} {}\n", name, help, name, type);
  }
  template <typename Number>
  void sample(Number value, const Labels& labels = {}) {
    sample("", value, labels);
  }
  template <typename Number>
  void sample(std::string_view suffix, Number value, const Labels& labels = {}) {
    append("whydrop_{}{}", name_, suffix);
    for (std::size_t at = 0; at < labels.size(); ++at) {
      append("{}{}=\"{}\"", at == 0 ? '{' : ',', labels[at].first, escaped_label(labels[at].second));
    }
    append("{} {}\n", labels.empty() ? "" : "}", value);
  }
  template <typename Number>
  void single(std::string_view name, std::string_view type, std::string_view help, Number value) {
    family(name, type, help);
    sample(value);
  }

  std::string take() && { return std::move(text_); }

 private:
  template <typename... Parts>
  void append(fmt::format_string<Parts...> format, Parts&&... parts) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Parts>(parts)...);
  }

  std::string text_;
  std::string_view name_;
};

/// Of a verdict at a server.
struct Failures {
  VerdictId verdict{};
  std::string server;
  std::uint64_t active = 0;
  std::uint64_t healed = 0;
  std::uint64_t attempts = 0;
};

std::vector<Failures> summed(const std::vector<WatchMetrics::Known>& findings) {
  std::map<std::pair<VerdictId, std::string>, Failures> sums;
  for (const WatchMetrics::Known& known : findings) {
    Failures& sum = sums[{known.verdict, known.server}];
    sum.verdict = known.verdict;
    sum.server = known.server;
    (known.healed ? sum.healed : sum.active) += 1;
    sum.attempts += known.attempts;
  }
  std::vector<Failures> all;
  all.reserve(sums.size());
  for (auto& [key, sum] : sums) all.push_back(std::move(sum));
  return all;
}

/// At most kMostSeries, and one more for each verdict.
std::vector<Failures> bounded(std::vector<Failures> all) {
  if (all.size() <= kMostSeries) return all;
  std::ranges::stable_sort(all, std::greater(),
                           [](const Failures& sum) { return std::pair(sum.active != 0, sum.attempts); });
  std::map<VerdictId, Failures> rest;
  for (const Failures& sum : std::span(all).subspan(kMostSeries)) {
    Failures& together = rest[sum.verdict];
    together.verdict = sum.verdict;
    together.server = kRest;
    together.active += sum.active;
    together.healed += sum.healed;
    together.attempts += sum.attempts;
  }
  all.resize(kMostSeries);
  for (auto& [verdict, together] : rest) all.push_back(std::move(together));
  std::ranges::sort(all, {}, [](const Failures& sum) { return std::pair(sum.verdict, std::string_view(sum.server)); });
  return all;
}

std::vector<LiveHealth> bounded(std::vector<LiveHealth> all) {
  if (all.size() <= kMostSeries) return all;
  LiveHealth rest{.interface = std::string(kRest)};
  for (const LiveHealth& one : std::span(all).subspan(kMostSeries)) {
    rest.up = rest.up || one.up;
    rest.receive_drops += one.receive_drops;
    rest.send_drops += one.send_drops;
  }
  all.resize(kMostSeries);
  all.push_back(std::move(rest));
  return all;
}

void add_findings(const WatchMetrics& metrics, Text& text) {
  const std::vector<Failures> failures = bounded(summed(metrics.findings));
  const auto labels = [](const Failures& sum) {
    return Labels{{"verdict", std::string(name(sum.verdict))}, {"server", sum.server}};
  };
  text.family("findings", "gauge", "Findings that were told, by verdict and server: active, or healed meanwhile.");
  for (const Failures& sum : failures) {
    for (const auto& [state, count] : {std::pair("active", sum.active), std::pair("healed", sum.healed)}) {
      Labels with_state = labels(sum);
      with_state.emplace_back("state", state);
      text.sample(count, with_state);
    }
  }
  text.family("finding_attempts", "gauge", "Attempts that failed in these findings.");
  for (const Failures& sum : failures) text.sample(sum.attempts, labels(sum));
}

void add_capture(const WatchMetrics& metrics, Text& text) {
  text.single("packets_total", "counter", "Packets captured.", metrics.packets);
  text.single("bytes_total", "counter", "Bytes captured of these packets.", metrics.bytes);
  text.family("lost_packets_total", "counter", "Packets that the kernel or the card could not deliver to whydrop.");
  for (const WatchMetrics::Source& source : metrics.sources)
    text.sample(source.lost, {{"interface", source.interface}});
  const std::vector<LiveHealth> interfaces = bounded(metrics.interfaces);
  text.family("interface_drops_total", "counter", "Packets that the host itself dropped at the interface.");
  for (const LiveHealth& one : interfaces) {
    text.sample(one.receive_drops, {{"interface", one.interface}, {"direction", "receive"}});
    text.sample(one.send_drops, {{"interface", one.interface}, {"direction", "send"}});
  }
  text.family("interface_up", "gauge", "Whether the interface is there and up.");
  for (const LiveHealth& one : interfaces) text.sample(one.up && !one.gone ? 1 : 0, {{"interface", one.interface}});
}

void add_judging(const WatchMetrics& metrics, Text& text) {
  text.family("flows", "gauge", "Flows as of the last judgement, by what became of them.");
  text.sample(metrics.flows.ok, {{"state", "ok"}});
  text.sample(metrics.flows.degraded, {{"state", "degraded"}});
  text.sample(metrics.flows.failed, {{"state", "failed"}});
  text.sample(metrics.flows.inconclusive, {{"state", "inconclusive"}});
  text.single("folded_flows_total", "counter", "Flows judged early because the memory bound was reached.",
              metrics.flows.folded);
  text.single("memory_bytes", "gauge", "Memory that flow records hold.", metrics.memory);
  text.single("memory_limit_bytes", "gauge", "Bound of the memory for flow records.", metrics.memory_bound);
  text.family("judgement_duration_seconds", "summary", "Time taken by judgements, which come about once a second.");
  text.sample("_sum", metrics.judging);
  text.sample("_count", metrics.judgements);
}

void add_evidence(const WatchMetrics::Evidence& evidence, Text& text) {
  text.single("evidence_packets_total", "counter", "Packets of failed flows written to the evidence file.",
              evidence.packets);
  text.single("evidence_memory_bytes", "gauge", "Memory for packets that wait for judgement.", evidence.memory);
  text.single("evidence_writing", "gauge", "Whether the evidence file can still be written.", evidence.writing ? 1 : 0);
}

}  // namespace

std::string metrics_text(const WatchMetrics& metrics) {
  Text text;
  text.family("build_info", "gauge", "The program's version, as a label.");
  text.sample(1, {{"version", metrics.version}});
  text.single("start_time_seconds", "gauge", "When the watch began, since the Unix epoch.", metrics.start);
  add_capture(metrics, text);
  add_judging(metrics, text);
  add_findings(metrics, text);
  if (metrics.evidence) add_evidence(*metrics.evidence, text);
  return std::move(text).take();
}

}  // namespace whydrop
