// What failed: flows with the same verdict, responder and attributes that matter, as one finding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/flow/record.h"
#include "src/verdict/verdict.h"

namespace whydrop {

enum class Vantage : std::uint8_t { unknown, client, server, path };
std::string_view name(Vantage vantage);

using AttributeValue = std::variant<bool, std::int64_t, double, std::string>;

/// Names are snake_case and public: they stand in JSON and in expectations.
struct Attribute {
  std::string name;
  AttributeValue value;
};
std::string to_string(const AttributeValue& value);

/// A packet that shows it, or, with `until`, the packet after which nothing came until then.
struct Evidence {
  PacketRef packet;
  Time time;
  std::optional<Time> until;
  std::string what;
};

/// Packets of a finding that the kernel of the host that captured dropped itself, alike in reason and place.
struct LocalDrop {
  std::string reason;    ///< as the kernel calls it: "NETFILTER_DROP"; empty where it gives none
  std::string location;  ///< its function; empty where that is not known
  bool from_client = false;
  std::uint64_t count = 0;
  Time first;
  Time last;
};

struct FindingEndpoint {
  std::optional<IpAddress> address;   ///< none where the finding's flows differ in it
  std::optional<std::uint16_t> port;  ///< none where they differ, and for ICMP, ARP and ND
};

/// What all flows of a finding share and those that went well lack, or at least what sets them apart.
struct CommonFactor {
  enum class Kind : std::uint8_t { none, client, subnet, vlan, since, until, source_port_half, rate, port, server };

  Kind kind = Kind::none;
  std::string sentence;
  std::optional<double> answered_per_second{};  ///< of `rate`: so many got through beside those that failed

  explicit operator bool() const { return kind != Kind::none; }
};
std::string_view name(CommonFactor::Kind kind);

struct Finding {
  static constexpr std::size_t kExemplars = 8;

  VerdictId verdict{};
  std::vector<VerdictId> secondary;
  Severity severity = Severity::failure;
  bool scan = false;
  bool flood = false;
  Transport transport = Transport::none;
  FindingEndpoint client;
  FindingEndpoint server;
  std::uint64_t count = 0;  ///< attempts, never packets
  Time first;
  Time last;
  PacketRef first_packet;
  Vantage vantage = Vantage::unknown;
  std::vector<std::string> vantage_reasons;
  double confidence = 0;  ///< 0 to 1
  std::vector<std::string> confidence_reasons;
  std::vector<Attribute> attributes;
  CommonFactor common_factor;
  std::string display_filter;          ///< Wireshark syntax, for exactly these packets
  std::vector<Evidence> evidence;      ///< never empty
  std::vector<LocalDrop> local_drops;  ///< of its exemplars, the most first
  bool local_drops_known = false;      ///< there were none but these
  std::vector<Flow> exemplars;         ///< the first kExemplars flows, for the cause predicates

  const AttributeValue* attribute(std::string_view wanted) const;
};

}  // namespace whydrop
