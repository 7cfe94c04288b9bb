// Reads replay lines and builds their packets.
#include "tests/support/replay_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "dissectors/registry.h"
#include "src/flow/join.h"
#include "tests/support/packet_builder.h"

namespace whydrop {
namespace {

struct Party {
  std::string address;
  std::uint16_t port = 0;
};

/// "10.0.0.1:443" or "fd00::1/443": IPv6 text has colons of its own.
Party party_of(const std::string& text) {
  const std::size_t at = text.find('/') != std::string::npos ? text.find('/') : text.rfind(':');
  return {text.substr(0, at), static_cast<std::uint16_t>(std::stoul(text.substr(at + 1)))};
}

/// "02:00:00:00:00:99".
MacAddress mac_of(const std::string& text) {
  MacAddress mac;
  for (std::size_t at = 0; at < mac.bytes.size(); ++at) {
    mac.bytes[at] = static_cast<std::uint8_t>(std::stoul(text.substr(at * 3, 2), nullptr, 16));
  }
  return mac;
}

/// Errors by name: ICMP code, ICMPv6 code.
const std::map<std::string, std::pair<std::uint8_t, std::uint8_t>, std::less<>> kCodes = {
    {"net-unreachable", {0, 0}},  {"host-unreachable", {1, 3}},  {"port-unreachable", {3, 4}},
    {"host-prohibited", {10, 1}}, {"admin-prohibited", {13, 1}},
};

/// SCTP chunks by name: what follows the ports, checksum apart (RFC 9260, 3.3).
const std::map<std::string, Bytes, std::less<>> kChunks = {
    {"init", {1, 0, 0, 20, 0, 0, 0, 7, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1}},
    {"init-ack", {2, 0, 0, 20, 0, 0, 0, 8, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1}},
    {"abort", {6, 0, 0, 4}},
    {"data", {0, 3, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}},
};

Bytes bytes_of(const std::string& digits) {
  constexpr int kHexadecimal = 16;
  Bytes bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(at, 2), nullptr, kHexadecimal)));
  }
  return bytes;
}

class Player {
 public:
  explicit Player(const ReplayOptions& options)
      : options_(options),
        client_{options.ipv6 ? Party{"fd00::1", 40000} : Party{"10.0.0.1", 40000}},
        server_{options.ipv6 ? Party{"fd00::2", 443} : Party{"10.0.0.2", 443}},
        assessor_(Patience{options.patience}, options.recorded) {
    table_ = new_table();
  }

  void play(const std::string& line) {
    std::istringstream in(line.substr(0, line.find('#')));
    double at = 0;
    if (!(in >> at)) return;
    time_ = Time{} + std::chrono::seconds(1'700'000'000) +
            std::chrono::duration_cast<Duration>(std::chrono::duration<double>(at));
    words_.clear();
    for (std::string word; in >> word;) words_.push_back(word);
    next_ = 0;
    if (words_.front() == "end") return feed(packet().ether().ether_payload(0x88cc, {0}));
    to_server_ = take() == ">";
    const std::string what = take();
    current_client_ = option("c") ? party_of(*option("c")) : client_;
    current_server_ = option("s") ? party_of(*option("s")) : server_;
    if (what == "again") return feed(last_);
    feed(build(what));
  }

  Replay finish() {
    table_->finish();
    if (openings_) join_parts();
    CaptureSummary summary = options_.capture;
    const TrafficFacts& traffic = table_->traffic();
    summary.packets = traffic.packets;
    summary.copies = traffic.copies;
    summary.icmp_packets = traffic.icmp_packets;
    summary.backward_steps = traffic.backward_steps;
    summary.cut_packets = traffic.cut_packets;
    summary.cut_quotes = traffic.cut_quotes;
    summary.link_types.assign(link_types_.begin(), link_types_.end());
    Assessment result = std::move(assessor_).assess(*table_, std::move(summary));
    return {std::move(table_), std::move(result)};
  }

 private:
  std::unique_ptr<FlowTable> new_table() {
    const auto fold = [this](const FlowRecord& record, Held held, Time) {
      assessor_.fold(record, held, table_->traffic().last);
    };
    return std::make_unique<FlowTable>(dissectors(), options_.memory_bound, fold, options_.details);
  }

  FlowPart part() const {
    FlowPart part{.traffic = table_->traffic(),
                  .carriers = table_->encapsulations().all(),
                  .datagrams = table_->open_datagrams()};
    FlowDetail recalled;
    for (const FlowRecord* record : table_->ordered()) {
      PartFlow& flow = part.flows.emplace_back();
      flow.flow.record = *record;
      if (const FlowDetail* detail = table_->detail(*record, recalled)) flow.flow.detail = *detail;
    }
    return part;
  }

  void cut() {
    table_->finish();
    first_part_ = part();
    table_ = new_table();
    constexpr std::uint64_t kPlenty = 1U << 24U;
    openings_.emplace(kPlenty);
  }

  void join_parts() {
    FlowPart second = part();
    second.openings = std::move(*openings_).take();
    table_ = new_table();
    join(*table_, std::move(first_part_));
    join(*table_, std::move(second));
    table_->finish();
  }

  std::string take() {
    if (next_ == words_.size()) throw std::logic_error("a word is missing");
    return words_[next_++];
  }
  std::optional<std::string> option(std::string_view name) const {
    const auto found = std::ranges::find(words_, name);
    if (found == words_.end() || found + 1 == words_.end()) return std::nullopt;
    return *(found + 1);
  }
  bool has_word(std::string_view word) const { return std::ranges::find(words_, word) != words_.end(); }
  static std::string spaced(std::string text) {
    std::ranges::replace(text, '_', ' ');
    return text;
  }
  std::optional<std::uint32_t> number(std::string_view name) const {
    const auto text = option(name);
    if (!text) return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(*text));
  }

  const Party& source() const { return to_server_ ? current_client_ : current_server_; }
  const Party& target() const { return to_server_ ? current_server_ : current_client_; }

  PacketBuilder link() const {
    if (const auto type = number("any")) return packet().sll(static_cast<std::uint8_t>(*type));
    if (has_word("broadcast")) return packet().ether(PacketBuilder::kHostMac, PacketBuilder::kBroadcastMac);
    return packet().ether();
  }
  PacketBuilder ip(const std::string& from, const std::string& to) const {
    PacketBuilder builder = options_.ipv6 ? link().ipv6(from, to) : link().ipv4(from, to);
    if (const auto ttl = number("ttl")) builder = builder.ttl(static_cast<std::uint8_t>(*ttl));
    if (const auto id = number("id")) builder = builder.id(static_cast<std::uint16_t>(*id));
    if (!options_.ipv6 && has_word("df")) builder = builder.dont_fragment();
    return builder;
  }
  PacketBuilder ip() const { return ip(source().address, target().address); }

  std::uint8_t rcode() const { return static_cast<std::uint8_t>(number("rcode").value_or(0)); }

  PacketBuilder build(const std::string& what) {
    if (what == "ping") return ip().echo_request(7, ++echo_);
    if (what == "pong") return ip().echo_reply(7, echo_);
    if (what == "frag") return fragment();
    if (what == "udp") return udp().payload(spaced(take()));
    if (what == "hex") return udp().payload(bytes_of(take()));
    if (what == "query") return udp().dns_query(take());
    if (what == "answer") return udp().dns_response(take(), rcode());
    if (what == "sctp") return sctp(take());
    if (what == "esp") return ip().protocol(50).payload_len(64);
    if (what == "arp" || what == "is-at") return options_.ipv6 ? neighbor_v6(what) : neighbor(what);
    if (what == "icmp" || what == "too-big" || what == "expired") return error(what);
    return tcp(what);
  }

  PacketBuilder udp() const { return ip().udp(source().port, target().port); }

  PacketBuilder sctp(const std::string& chunk) const {
    const std::uint32_t tag = chunk == "init" ? 0 : 7;
    Bytes bytes;
    packet_layer::append_u16(bytes, source().port);
    packet_layer::append_u16(bytes, target().port);
    packet_layer::append_u32(bytes, tag);
    packet_layer::append_u32(bytes, 0);  // checksum
    packet_layer::append(bytes, kChunks.at(chunk));
    return ip().protocol(132).payload(bytes);
  }

  /// RFC 4861, 4.3: asked of all who may own such an address.
  PacketBuilder neighbor_v6(const std::string& what) {
    constexpr MacAddress kAsked{{0x33, 0x33, 0xff, 0, 0, 0x09}};
    constexpr std::uint8_t kOnThisLink = 255;
    const std::string first = take();
    const std::string second = take();
    if (what == "arp") {
      return packet()
          .ether(PacketBuilder::kHostMac, kAsked)
          .ipv6(first, "ff02::1:ff00:9")
          .ttl(kOnThisLink)
          .neighbor_solicitation(second);
    }
    return packet().ether().ipv6(first, second).ttl(kOnThisLink).neighbor_advertisement(first, true, owner_mac());
  }

  MacAddress owner_mac() const {
    const auto mac = option("mac");
    return mac ? mac_of(*mac) : PacketBuilder::kPeerMac;
  }

  PacketBuilder neighbor(const std::string& what) {
    const std::string first = take();
    const std::string second = take();
    if (what == "arp")
      return packet().ether(PacketBuilder::kHostMac, PacketBuilder::kBroadcastMac).arp_request(first, second);
    return packet().ether().arp_reply(first, second, owner_mac());
  }

  /// About the last packet that went the other way.
  PacketBuilder error(const std::string& what) {
    PacketBuilder about = to_server_ ? last_from_server_ : last_from_client_;
    if (option("quote-from") || option("quote-to")) {
      const Party from = option("quote-from") ? party_of(*option("quote-from")) : target();
      const Party to = option("quote-to") ? party_of(*option("quote-to")) : source();
      about = ip(from.address, to.address).tcp(from.port, to.port, tcp_flag::syn).seq(1000);
    }
    const std::string argument = what == "expired" ? "" : take();
    const PacketBuilder carrier = ip(option("from").value_or(source().address), target().address);
    if (what == "expired") return carrier.time_exceeded(about);
    if (what == "too-big") return carrier.too_big(static_cast<std::uint32_t>(std::stoul(argument)), about);
    const auto& [v4, v6] = kCodes.at(argument);
    return carrier.unreachable(options_.ipv6 ? v6 : v4, about);
  }

  PacketBuilder tcp(const std::string& letters) {
    std::uint8_t flags = 0;
    for (const char letter : letters) {
      constexpr std::string_view kLetters = "FSRPA";
      const std::size_t at = kLetters.find(letter);
      if (at == std::string_view::npos) throw std::logic_error("no such word: " + letters);
      flags |= static_cast<std::uint8_t>(1U << at);
    }
    const std::string range = take();
    const auto says = option("says");
    const auto first = static_cast<std::uint32_t>(std::stoul(range));
    const std::size_t colon = range.find(':');
    const std::uint32_t end =
        colon == std::string::npos ? first : static_cast<std::uint32_t>(std::stoul(range.substr(colon + 1)));
    PacketBuilder builder = ip().tcp(source().port, target().port, flags).seq(first);
    if (const auto ack = number("ack")) builder = builder.ack(*ack);
    if (const auto window = number("win")) builder = builder.window(static_cast<std::uint16_t>(*window));
    if (const auto mss = number("mss")) builder = builder.mss(static_cast<std::uint16_t>(*mss));
    if (has_word("bad-checksum")) builder = builder.tcp_checksum(1);
    if (const auto stamp = number("ts")) builder = builder.timestamps(*stamp, 0);
    if (const auto sack = option("sack")) {
      builder = builder.sack({{static_cast<std::uint32_t>(std::stoul(*sack)),
                               static_cast<std::uint32_t>(std::stoul(sack->substr(sack->find('-') + 1)))}});
    }
    if (says) return builder.payload(spaced(*says) + "\r\n");
    return end == first ? builder : builder.payload_len(end - first);
  }

  /// "0:1480 more": bytes of a UDP datagram, the UDP header among them.
  PacketBuilder fragment() {
    const std::string range = take();
    const auto first = static_cast<std::uint16_t>(std::stoul(range));
    const std::size_t length = std::stoul(range.substr(range.find(':') + 1)) - first;
    const PacketBuilder carrier = ip().fragment(first, has_word("more"));
    if (first != 0) return carrier.protocol(17).payload_len(length);
    return carrier.udp(source().port, target().port).payload_len(length - 8);
  }

  /// "192.0.2.1-192.0.2.2/42": in VXLAN between these, with this identifier.
  static PacketBuilder in_vxlan(const PacketBuilder& inner, const std::string& via) {
    const std::size_t dash = via.find('-');
    const std::size_t slash = via.find('/');
    const unsigned long vni = std::stoul(via.substr(slash + 1));
    Bytes payload{0x08, 0, 0, 0};
    packet_layer::append_u32(payload, static_cast<std::uint32_t>(vni << 8U));
    packet_layer::append(payload, inner.build());
    return packet()
        .ether()
        .ipv4(via.substr(0, dash), via.substr(dash + 1, slash - dash - 1))
        .udp(50000, 4789)
        .payload(payload);
  }

  void feed(const PacketBuilder& builder) {
    const auto via = option("via");
    const PacketBuilder carried = via ? in_vxlan(builder, *via) : builder;
    const Bytes bytes = carried.build();
    Frame frame = frame_of(bytes, builder.link_type());
    link_types_.insert(frame.link_type);
    frame.time = time_;
    frame.ref = PacketRef{0, ++packets_};
    if (const auto most = number("cut")) frame.bytes = frame.bytes.first(*most);
    if (has_word("dropped")) frame.verdict = FrameVerdict::dropped;
    frame.packet_id = number("packet").value_or(0);
    PacketView view;
    dissect(dissectors(), frame, view);
    table_->add(frame, view);
    if (openings_) openings_->add(frame, view);
    if (packets_ == options_.cut_after) cut();
    last_ = builder;
    (to_server_ ? last_from_client_ : last_from_server_) = builder;
  }

  ReplayOptions options_;
  Party client_;
  Party server_;
  Party current_client_;
  Party current_server_;
  Assessor assessor_;
  std::unique_ptr<FlowTable> table_;
  FlowPart first_part_;
  std::optional<Openings> openings_;  ///< of the second part
  std::vector<std::string> words_;
  std::size_t next_ = 0;
  bool to_server_ = true;
  Time time_;
  std::uint64_t packets_ = 0;
  std::set<LinkType> link_types_;
  std::uint16_t echo_ = 0;
  PacketBuilder last_;
  PacketBuilder last_from_client_;
  PacketBuilder last_from_server_;
};

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

}  // namespace

std::string Replay::verdicts() const {
  std::vector<std::string> names;
  for (const FlowVerdict& flow : result.flows) names.emplace_back(name(flow.verdict));
  return joined(names);
}

std::string Replay::findings() const {
  std::vector<std::string> names;
  for (const Finding& finding : result.findings) names.emplace_back(name(finding.verdict));
  return joined(names);
}

bool Replay::has_note(QualityId id) const {
  return std::ranges::find(result.capture.quality, id, &QualityNote::id) != result.capture.quality.end();
}

Replay replay(std::string_view script, const ReplayOptions& options) {
  Player player(options);
  std::istringstream lines{std::string(script)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    try {
      player.play(line);
    } catch (const std::exception& error) {
      throw std::logic_error(fmt::format("replay line {}: {}: {}", number, line, error.what()));
    }
  }
  return player.finish();
}

}  // namespace whydrop
