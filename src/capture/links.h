// The kernel's network interfaces (links) of one namespace: whether they are there, up, and what they lost.
//
// Asked by netlink: the socket belongs to the namespace that it was opened in, whatever is mounted at /sys, and needs
// no file to be opened later.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "src/capture/input.h"
#include "src/core/error.h"

namespace whydrop {

struct Link {
  int index = 0;
  std::string name{};
  bool up = false;  ///< switched on, and with a carrier
  /// Packets that the card or its driver could not hand over (rx_missed_errors, rx_fifo_errors): no capture sees them.
  std::uint64_t missed = 0;
  /// Packets that the host threw away at the interface, which a capture may have seen.
  std::uint64_t receive_drops = 0;
  std::uint64_t send_drops = 0;
};

class Links {
 public:
  static std::expected<Links, Error> open();

  /// All of the namespace, in the kernel's order.
  std::expected<std::vector<Link>, Error> list();
  /// Indexes of links that were moved to another namespace since the last time.
  std::vector<int> moved();

 private:
  Links(Descriptor socket, Descriptor news) : socket_(std::move(socket)), news_(std::move(news)) {}

  Descriptor socket_;
  Descriptor news_;  ///< what the kernel tells without being asked
  std::uint32_t asked_ = 0;
  std::vector<std::uint8_t> room_ = std::vector<std::uint8_t>(kRoom);

  static constexpr std::size_t kRoom = std::size_t{64} * 1024;  ///< the kernel never makes an answer longer than 32 KiB
};

}  // namespace whydrop
