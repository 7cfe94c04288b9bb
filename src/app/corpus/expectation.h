// What a capture must show: NAME.expect.yaml beside NAME.pcap.
//
//   note: one line for the reader
//   findings:                      # or `none`: then information is allowed
//     - verdict: syn-no-reply
//       transport: tcp
//       client: 10.9.1.2
//       server: 10.9.2.2
//       server_port: 443
//       count: 3                   # or 2..5
//       vantage: server
//       attributes: {code: host-prohibited}
//       secondary: [slow-handshake]
//       cause: host-firewall-drop  # or cause_family
//       cause_within: 1
//       truth: network-firewall-drop  # what did it, known from elsewhere; measured, not compared
//   absent: [one-way]
//   quality: [capture-one-sided]
//   allow_others: true
//   xfail: why it does not hold yet; it may then name verdicts and causes that do not exist yet
//
// An address may be a role, as `client`, if a roles.yaml in the same folder says which addresses have it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/cause/catalog.h"
#include "src/core/error.h"
#include "src/verdict/finding.h"
#include "src/verdict/quality.h"

namespace whydrop {

struct CountRange {
  std::uint64_t least = 0;
  std::uint64_t most = 0;

  bool holds(std::uint64_t count) const { return count >= least && count <= most; }
};
/// "3" or "2..5".
std::string to_string(const CountRange& range);

/// One address, or a role: any of the addresses that roles.yaml beside the expectation gives it.
struct ExpectedAddress {
  std::string text;
  std::vector<IpAddress> any_of;

  ExpectedAddress(const IpAddress& exactly)  // NOLINT(google-explicit-constructor): an address is one
      : text(whydrop::to_string(exactly)), any_of{exactly} {}
  ExpectedAddress(std::string role, std::vector<IpAddress> addresses)
      : text(std::move(role)), any_of(std::move(addresses)) {}

  bool fits(const std::optional<IpAddress>& found) const;
};
inline std::string to_string(const ExpectedAddress& address) { return address.text; }

/// What is not given is not compared.
struct ExpectedFinding {
  VerdictId verdict{};
  std::optional<Transport> transport;
  std::optional<ExpectedAddress> client;
  std::optional<ExpectedAddress> server;
  std::optional<ExpectedAddress> sender;  ///< the attribute of that name, where it is given by role
  std::optional<std::uint16_t> server_port;
  std::optional<CountRange> count;
  std::optional<Vantage> vantage;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<VerdictId> secondary;
  std::optional<std::string> cause;
  std::optional<std::string> cause_family;
  std::size_t cause_within = 1;
  std::optional<std::string> truth;  ///< the cause that did it; these packets need not show it
  int line = 0;
};

using Roles = std::map<std::string, std::vector<IpAddress>, std::less<>>;

struct Expectation {
  std::string note;
  std::vector<ExpectedFinding> findings;
  std::vector<VerdictId> absent;
  std::vector<QualityId> quality;
  bool none = false;  ///< `findings: none`
  bool allow_others = false;
  std::optional<std::string> xfail;
  /// Under xfail: names a verdict or a cause that this version does not know.
  bool inexpressible = false;
  Roles roles;  ///< of roles.yaml beside it
};

/// Unknown and repeated keys, verdicts, causes … are errors with their line.
std::expected<Expectation, Error> load_expectation(const std::string& path, const Catalog& catalog);
/// What a capture is blessed from that has none yet: nothing is expected, the roles in its folder are known.
std::expected<Expectation, Error> first_expectation(const std::string& path, const Catalog& catalog);

}  // namespace whydrop
