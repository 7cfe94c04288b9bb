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
//   absent: [one-way]
//   quality: [capture-one-sided]
//   allow_others: true
//   xfail: why it does not hold yet
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
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

/// What is not given is not compared.
struct ExpectedFinding {
  VerdictId verdict{};
  std::optional<Transport> transport;
  std::optional<IpAddress> client;
  std::optional<IpAddress> server;
  std::optional<std::uint16_t> server_port;
  std::optional<CountRange> count;
  std::optional<Vantage> vantage;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<VerdictId> secondary;
  std::optional<std::string> cause;
  std::optional<std::string> cause_family;
  std::size_t cause_within = 1;
  int line = 0;
};

struct Expectation {
  std::string note;
  std::vector<ExpectedFinding> findings;
  std::vector<VerdictId> absent;
  std::vector<QualityId> quality;
  bool none = false;  ///< `findings: none`
  bool allow_others = false;
  std::optional<std::string> xfail;
};

/// Unknown and repeated keys, verdicts, causes … are errors with their line.
std::expected<Expectation, Error> load_expectation(const std::string& path, const Catalog& catalog);

}  // namespace whydrop
