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
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "src/capture/source.h"

namespace whydrop {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostFrames = 10'000'000;
constexpr std::size_t kMostBytes = std::size_t{1} << 30U;
constexpr std::size_t kAtOnce = 32;
constexpr std::size_t kLongest = ETH_FRAME_LEN;  // longer ones were put together by offload

/// A capture's frames, one behind the other.
struct Frames {
  std::vector<std::uint8_t> bytes;
  std::vector<std::size_t> ends;

  std::size_t size() const { return ends.size(); }
  std::span<std::uint8_t> operator[](std::size_t at) {
    const std::size_t begin = at == 0 ? 0 : ends[at - 1];
    return std::span(bytes).subspan(begin, ends[at] - begin);
  }
};

Frames frames_of(const std::string& path) {
  Frames frames;
  auto source = open_capture(path, 0);
  if (!source) return frames;
  std::array<Frame, 512> batch{};
  while (frames.size() < kMostFrames && frames.bytes.size() < kMostBytes) {
    const auto count = (*source)->read(batch);
    if (!count || *count == 0) break;
    for (const Frame& frame : std::span(batch).first(*count)) {
      if (frame.bytes.size() > kLongest) continue;
      frames.bytes.insert(frames.bytes.end(), frame.bytes.begin(), frame.bytes.end());
      frames.ends.push_back(frames.bytes.size());
    }
  }
  return frames;
}

/// A socket that sends whole frames out of the interface, past its queue; -1 where there is none.
int socket_at(const std::string& interface) {
  const int socket = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (socket < 0) return socket;
  const int yes = 1;
  ::setsockopt(socket, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface's way to pass addresses
  const int bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return bound == 0 && address.sll_ifindex != 0 ? socket : -1;
}

/// How many of so many frames from `first` on the kernel took.
std::size_t send(int socket, Frames& frames, std::size_t first, std::size_t count) {
  std::array<iovec, kAtOnce> pieces{};
  std::array<mmsghdr, kAtOnce> messages{};
  for (std::size_t at = 0; at < count; ++at) {
    const std::span<std::uint8_t> frame = frames[first + at];
    pieces[at] = {.iov_base = frame.data(), .iov_len = frame.size()};
    messages[at].msg_hdr.msg_iov = &pieces[at];
    messages[at].msg_hdr.msg_iovlen = 1;
  }
  const int sent = ::sendmmsg(socket, messages.data(), static_cast<unsigned>(count), 0);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

int run(const std::string& interface, const std::string& capture, double rate, double seconds) {
  Frames frames = frames_of(capture);
  const int socket = socket_at(interface);
  if (frames.size() == 0 || socket < 0) return 1;
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
    const std::size_t count = send(socket, frames, next, std::min(kAtOnce, frames.size() - next));
    sent += count;
    next = (next + count) % frames.size();
  }
  fmt::print("{} {:.6f}\n", sent, std::chrono::duration<double>(now - start).count());
  return 0;
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  const auto words = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
  const std::vector<std::string> arguments(words.begin(), words.end());
  if (arguments.size() != 4) return 2;
  return whydrop::run(arguments[0], arguments[1], std::stod(arguments[2]), std::stod(arguments[3]));
}
