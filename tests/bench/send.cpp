// Sends the frames of a capture out of an interface, again and again, at a steady rate or as fast as one core can.
//
// send INTERFACE CAPTURE RATE SECONDS: packets a second (0: no limit). Prints how many were sent, and the seconds.
#include <fmt/core.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "src/capture/source.h"

namespace whydrop {
namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMostFrames = 1'000'000;
constexpr std::size_t kAtOnce = 32;

std::vector<Bytes> frames_of(const std::string& path) {
  std::vector<Bytes> frames;
  auto source = open_capture(path, 0);
  if (!source) return frames;
  std::array<Frame, 512> batch{};
  while (frames.size() < kMostFrames) {
    const auto count = (*source)->read(batch);
    if (!count || *count == 0) break;
    for (const Frame& frame : std::span(batch).first(*count))
      frames.emplace_back(frame.bytes.begin(), frame.bytes.end());
  }
  return frames;
}

/// A socket that sends whole frames out of the interface, past its queue; -1 where there is none.
int socket_at(const std::string& interface) {
  const int socket = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(socket, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface's way to pass addresses
  const int bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return bound == 0 && address.sll_ifindex != 0 ? socket : -1;
}

/// How many of `frames` the kernel took.
std::size_t send(int socket, std::span<Bytes> frames) {
  std::array<iovec, kAtOnce> pieces{};
  std::array<mmsghdr, kAtOnce> messages{};
  for (std::size_t at = 0; at < frames.size(); ++at) {
    pieces[at] = {.iov_base = frames[at].data(), .iov_len = frames[at].size()};
    messages[at].msg_hdr.msg_iov = &pieces[at];
    messages[at].msg_hdr.msg_iovlen = 1;
  }
  const int sent = ::sendmmsg(socket, messages.data(), static_cast<unsigned>(frames.size()), 0);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

int run(const std::string& interface, const std::string& capture, double rate, double seconds) {
  std::vector<Bytes> frames = frames_of(capture);
  const int socket = socket_at(interface);
  if (frames.empty() || socket < 0) return 1;
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::uint64_t sent = 0;
  std::size_t next = 0;
  auto now = start;
  for (; now < end; now = Clock::now()) {
    const double due = rate * std::chrono::duration<double>(now - start).count();
    if (rate > 0 && static_cast<double>(sent) > due) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      continue;
    }
    const std::size_t count = send(socket, std::span(frames).subspan(next, std::min(kAtOnce, frames.size() - next)));
    sent += count;
    next = (next + count) % frames.size();
  }
  fmt::print("{} {:.6f}\n", sent, std::chrono::duration<double>(now - start).count());
  return 0;
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.size() != 5) return 2;
  return whydrop::run(arguments[1], arguments[2], std::atof(arguments[3].c_str()), std::atof(arguments[4].c_str()));
}
