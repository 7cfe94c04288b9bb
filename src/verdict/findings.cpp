// Grouping, ordering and describing of findings.
#include "src/verdict/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/core/in_parallel.h"
#include "src/flow/tcp_tracker.h"
#include "src/verdict/common_factor.h"
#include "src/verdict/vantage.h"

namespace whydrop {
namespace {

template <typename T>
void insert_up_to_two(std::set<T>& values, const T& value) {
  if (values.size() < 2) values.insert(value);
}

template <typename T>
std::optional<T> only(const std::set<T>& values) {
  if (values.size() != 1) return std::nullopt;
  return *values.begin();
}

std::string address_filter(const IpAddress& address) {
  return fmt::format(fmt::runtime(address.is_v4() ? "ip.addr == {}" : "ipv6.addr == {}"), to_string(address));
}

std::string transport_filter(const Finding& finding) {
  const std::string target = finding.server.address ? to_string(*finding.server.address) : "";
  switch (finding.transport) {
    case Transport::arp: return "arp.dst.proto_ipv4 == " + target;
    case Transport::nd: return "icmpv6.nd.ns.target_address == " + target;
    case Transport::icmp: return "icmp";
    case Transport::icmp6: return "icmpv6";
    case Transport::esp: return "esp";
    case Transport::tcp:
    case Transport::udp:
    case Transport::udp_lite:
    case Transport::sctp:
    case Transport::dccp:
    case Transport::none:
    case Transport::other: break;
  }
  std::string filter;
  for (const auto& port : {finding.client.port, finding.server.port}) {
    if (!port) continue;
    if (!filter.empty()) filter += " && ";
    filter += fmt::format("{}.port == {}", name(finding.transport), *port);
  }
  return filter.empty() ? std::string(name(finding.transport)) : filter;
}

/// Wireshark syntax; it also matches the ICMP errors that quote these packets.
std::string display_filter(const Finding& finding) {
  if (finding.transport == Transport::arp || finding.transport == Transport::nd) return transport_filter(finding);
  std::string filter;
  for (const auto& address : {finding.client.address, finding.server.address}) {
    if (address) filter += address_filter(*address) + " && ";
  }
  return filter + transport_filter(finding);
}

bool comes_before(const Finding& a, const Finding& b) {
  const auto rank = [](const Finding& finding) {
    return std::tuple(finding.scan || finding.flood, finding.severity, -static_cast<double>(finding.count),
                      finding.first_packet, finding.verdict);
  };
  return rank(a) < rank(b);
}

/// An address that nobody answers for explains the flows that needed it: one finding, not two.
void fold_neighbors(std::vector<Finding>& findings) {
  const auto is_neighbor = [](const Finding& finding) {
    return finding.transport == Transport::arp || finding.transport == Transport::nd;
  };
  const auto explained = [&](Finding& neighbor) {
    if (!is_neighbor(neighbor)) return false;
    const auto needing = std::ranges::find_if(findings, [&](const Finding& other) {
      return !is_neighbor(other) && other.severity == Severity::failure && other.server.address &&
             other.server.address == neighbor.server.address;
    });
    if (needing == findings.end()) return false;
    needing->evidence.insert(needing->evidence.end(), neighbor.evidence.begin(), neighbor.evidence.end());
    set_attribute(*needing, "neighbor_silent", true);
    return true;
  };
  std::vector<Finding> kept;
  std::vector<bool> drop(findings.size());
  for (std::size_t at = 0; at < findings.size(); ++at) drop[at] = explained(findings[at]);
  for (std::size_t at = 0; at < findings.size(); ++at) {
    if (!drop[at]) kept.push_back(std::move(findings[at]));
  }
  findings = std::move(kept);
}

void note_flood(const Census& census, Finding& finding) {
  if (finding.transport != Transport::tcp || !finding.server.address || !finding.server.port) return;
  if (finding.verdict != VerdictId::syn_no_reply && finding.verdict != VerdictId::synack_no_ack) return;
  if (!census.is_flooded(*finding.server.address, *finding.server.port)) return;
  finding.flood = true;
  finding.severity = Severity::information;
}

void weaken_by_age(Finding& finding, double base) {
  finding.confidence = base;
  if (finding.count > 1) {
    finding.confidence = std::min(0.99, finding.confidence + 0.02);
    finding.confidence_reasons.push_back(fmt::format("seen {} times", finding.count));
  }
}

}  // namespace

std::uint32_t Findings::add(const Subject& flow, const Verdict& verdict, bool by_scanner, std::uint64_t times) {
  const Severity severity = info(verdict.primary).severity;
  if (severity == Severity::healthy) return FlowVerdict::kNoFinding;
  const Endpoint client = flow.record.client_endpoint();
  Endpoint server = flow.record.server_endpoint();
  const Transport transport = flow.record.key.transport;
  if (!has_ports(transport)) server.port = 0;
  const auto scanner = by_scanner ? std::optional(client.address) : std::nullopt;
  const Key key{.verdict = verdict.primary,
                .transport = transport,
                .server = scanner ? Endpoint{} : server,
                .group = scanner ? 0 : verdict.judgement.group,
                .scanner = scanner};
  const auto [entry, fresh] = gathered_.try_emplace(key);
  Gathered& gathered = entry->second;
  Finding& finding = gathered.finding;
  if (fresh) {
    gathered.number = static_cast<std::uint32_t>(gathered_.size() - 1);
    finding.verdict = verdict.primary;
    finding.scan = scanner.has_value();
    finding.severity = finding.scan ? Severity::information : severity;
    finding.transport = transport;
    if (!scanner) finding.server = {.address = server.address, .port = std::nullopt};
    if (!scanner && has_ports(transport)) finding.server.port = server.port;
    finding.first = flow.record.first;
    finding.last = flow.record.last;
    finding.first_packet = flow.record.first_packet;
    finding.confidence = verdict.judgement.confidence;
  }
  finding.count += times;
  finding.first = std::min(finding.first, flow.record.first);
  finding.last = std::max(finding.last, flow.record.last);
  finding.first_packet = std::min(finding.first_packet, flow.record.first_packet);
  finding.confidence = std::max(finding.confidence, verdict.judgement.confidence);
  gathered.secondary.add(verdict.secondary);
  insert_up_to_two(gathered.clients, client.address);
  if (has_ports(transport)) insert_up_to_two(gathered.client_ports, client.port);
  if (finding.exemplars.size() < Finding::kExemplars) {
    Flow& exemplar = finding.exemplars.emplace_back(Flow{.record = flow.record, .detail = std::nullopt});
    if (flow.detail != nullptr) exemplar.detail = *flow.detail;
    if (flow.lone_syn != nullptr) recall(flow.record, *flow.lone_syn, exemplar.detail.emplace());
  }
  return gathered.number;
}

void Findings::fill_in(Gathered& gathered, const Context& context, const CommonFactors& factors) {
  Finding& finding = gathered.finding;
  finding.secondary = gathered.secondary.ids();
  finding.client.address = only(gathered.clients);
  finding.client.port = only(gathered.client_ports);
  finding.display_filter = display_filter(finding);
  const Flow& exemplar = finding.exemplars.front();
  const Subject flow{exemplar.record, exemplar.detail ? &*exemplar.detail : nullptr, context};
  infer_vantage(exemplar.record.client_endpoint().address, exemplar.record.server_endpoint().address, context.census,
                finding);
  describe(finding.verdict, flow, finding);
  // What was seen is the first reason to believe it.
  finding.confidence_reasons.insert(finding.confidence_reasons.begin(), finding.evidence.back().what);
  weaken_by_age(finding, finding.confidence);
  if (!finding.flood) finding.common_factor = factors.of(gathered.number, finding, context.census);
}

std::vector<Finding> Findings::finish(const Context& context, std::span<const FlowVerdict> flows, unsigned threads) && {
  CommonFactors factors;
  for (auto& [key, gathered] : gathered_) {
    note_flood(context.census, gathered.finding);
    if (!gathered.finding.flood) factors.expect(gathered.number, gathered.finding);
  }
  factors.look_at(flows);
  std::vector<Gathered*> all;
  all.reserve(gathered_.size());
  for (auto& [key, gathered] : gathered_) all.push_back(&gathered);
  in_parallel(threads, all.size(), [&](std::size_t place) { fill_in(*all[place], context, factors); });
  std::vector<Finding> findings;
  findings.reserve(all.size());
  while (!gathered_.empty()) {
    const auto taken = gathered_.extract(gathered_.begin());  // or there would be two of each for a while
    findings.push_back(std::move(taken.mapped().finding));
  }
  fold_neighbors(findings);
  std::ranges::sort(findings, comes_before);
  return findings;
}

}  // namespace whydrop
