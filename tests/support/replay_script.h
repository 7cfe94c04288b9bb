// Replays a few lines, in packetdrill's spirit, through dissectors, flows and verdicts:
//
//   0.0  > S 1000            the client's SYN
//   0.1  < SA 5000 ack 1001  the server's SYN-ACK
//   0.2  > A 1001 ack 5001
//   0.3  > PA 1001:1101 ack 5001   100 bytes
//   0.4  < icmp host-prohibited from 10.0.0.9   quotes the last packet that went the other way
//   5.0  end                 the capture goes on until here
//
// A line is: seconds, direction (> client to server, < back), what, options. What: TCP flags (S A F R P) and a sequence
// number or range; `query NAME`, `answer NAME` (DNS); `udp TEXT` (_ for a space), `hex DIGITS` (of a UDP datagram);
// `frag FIRST:END` (bytes of one, `more`); `ping`, `pong`; `sctp CHUNK` (init, init-ack, abort, data), `esp`;
// `icmp CODE`, `too-big MTU`, `expired`; `arp ASKER TARGET`, `is-at OWNER ASKER` (over IPv6 in its own words); `end`.
// Options of any line: `ack N`, `mss N`, `ts VALUE`, `sack LEFT-RIGHT`, `says TEXT` (TCP payload, _ for a space),
// `ttl N`, `id N`, `win N`, `df`, `bad-checksum`, `from ADDRESS` (of an error), `quote-from ADDRESS:PORT` and
// `quote-to ADDRESS:PORT` (the error quotes a SYN between these), `c ADDRESS:PORT`, `s ADDRESS:PORT` (other endpoints),
// `via A-B/VNI` (in VXLAN), `any TYPE` (recorded on all interfaces, with this SLL packet type), `cut N` (only so many
// bytes of the frame were recorded), `rcode N` (of an answer), `mac MAC` (of `is-at`), `dropped` (the capture says so),
// `packet N` (the number that the capture gives it), `again` (the very packet before, recorded once more), `broadcast`
// (the frame goes to everybody). `#` begins a comment.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/flow/table.h"
#include "src/verdict/assess.h"

namespace whydrop {

struct Replay {
  std::unique_ptr<FlowTable> table;
  Assessment result;
  std::unique_ptr<FlowDetail> recalled = std::make_unique<FlowDetail>();

  /// Null where it was let go; of a lone SYN valid until the next call.
  const FlowDetail* detail(const FlowVerdict& flow) const { return table->detail(*flow.record, *recalled); }
  /// Verdicts of all flows in order of their first packet, as "syn-no-reply ok".
  std::string verdicts() const;
  /// Verdicts of all findings, leading first.
  std::string findings() const;
  bool has_note(QualityId id) const;
};

struct ReplayOptions {
  double patience = 1.0;
  std::uint64_t memory_bound = 1U << 26U;
  bool ipv6 = false;
  Recorded recorded = Recorded::all;
  FlowTable::Details details = FlowTable::Details::while_needed;
  CaptureSummary capture = {};  ///< what the capture says of itself; counts are filled in
  std::uint64_t cut_after = 0;  ///< packets: those before and those behind are read apart, and joined; 0: no cut
};

/// Throws std::logic_error naming the line that it does not understand.
Replay replay(std::string_view script, const ReplayOptions& options = {});

}  // namespace whydrop
