// The socket that Prometheus scrapes: served between packets, never waited for.
//
// Whatever a client does, it costs a bounded number of connections, bounded bytes and a bounded time. When all places
// are taken the oldest connection gives way: whoever asks and listens is done at once, so that is one that does not.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/capture/input.h"
#include "src/core/address.h"
#include "src/core/error.h"

namespace whydrop {

struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;

  /// "127.0.0.1:9100", "[::1]:9100"; ":9100" and "9100" are on the loopback address. Nothing when it is none of these.
  static std::optional<ListenAddress> parse(std::string_view text);
};

class MetricsServer {
 public:
  static std::expected<MetricsServer, Error> open(const ListenAddress& where);

  /// Takes, reads and answers what is there, and returns. `text` is asked for when it is needed.
  void serve(const std::function<std::string_view()>& text);

 private:
  using Clock = std::chrono::steady_clock;

  struct Connection {
    Descriptor socket;
    Clock::time_point until;  ///< then it is closed, whatever it is doing
    std::string received{};
    std::string response{};  ///< what is still to be sent
    bool at_end = false;     ///< the client says no more
    bool answered = false;
    bool failed = false;

    bool is_over(Clock::time_point now) const;
  };

  explicit MetricsServer(Descriptor socket) : socket_(std::move(socket)) {}
  void accept_new();
  static void answer(Connection& connection, const std::function<std::string_view()>& text);
  static void receive(Connection& connection);
  static void send(Connection& connection);

  Descriptor socket_;
  std::vector<Connection> connections_;  ///< the oldest first
};

}  // namespace whydrop
