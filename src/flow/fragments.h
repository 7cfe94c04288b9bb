// IP datagrams that came in fragments: the first fragment's flow for those behind it, and what never became whole.
//
// Bounded: a datagram is forgotten when its place is needed for another. Nothing is put together again; sizes are
// enough to know whether everything came.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "src/flow/key.h"
#include "src/flow/packet.h"

namespace whydrop {

/// A datagram of which fragments were seen.
struct Datagram {
  IpAddress src;
  IpAddress dst;
  std::uint16_t id = 0;
  std::uint16_t last_offset = 0;
  std::uint8_t protocol = 0;
  bool has_first = false;  ///< and with it `flow`, `flow_hash` and `sender`
  Side sender = Side::low;
  FlowKey flow;  ///< what the ports of the first fragment name
  std::uint64_t flow_hash = 0;
  std::uint32_t received = 0;  ///< bytes of payload in all fragments
  std::uint32_t total = 0;     ///< bytes of payload as the last fragment tells; 0: it did not come
  Time first;
  Time last;
  PacketRef last_packet;

  bool is_open() const { return received != 0 && (total == 0 || received < total); }
};

class Fragments {
 public:
  /// Told of each datagram that has to go before it was whole.
  using Lost = std::function<void(const Datagram&)>;

  explicit Fragments(Lost lost) : lost_(std::move(lost)) {}

  /// The datagram that this fragment belongs to, itself included; valid until the next call.
  Datagram& add(const Packet& packet);
  /// Tells of all that are not whole although their last fragment came before `then`.
  void give_up(Time then);
  /// Those that are not whole yet.
  std::vector<Datagram> open() const;
  /// One of an earlier reading, or the rest of one that is known.
  void restore(const Datagram& datagram);
  /// What another one knows, in place of what this one does.
  void take_over(const Fragments& other) { datagrams_ = other.datagrams_; }

 private:
  static constexpr std::size_t kSets = 256;
  static constexpr std::size_t kWays = 4;
  static constexpr Duration kReassembly = std::chrono::seconds(30);  // what Linux waits; RFC 8200, 4.5 has 60

  Datagram& place_for(const IpFacts& ip, Time now);

  Lost lost_;
  std::vector<Datagram> datagrams_;  ///< kSets times kWays, once there is a fragment at all
};

}  // namespace whydrop
