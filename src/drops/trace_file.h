// Counts what the kernel drops, by its trace files (tracefs): for hosts that let nobody load a program.
//
// Lines of text name the reason and the place, but neither packet nor network namespace: all that this host drops.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "src/drops/drop.h"

namespace whydrop {

struct TracedDrop {
  std::string_view reason;    ///< empty where the kernel gives none
  std::string_view location;  ///< empty where the kernel hides it
  std::uint64_t lost = 0;     ///< instead of both: so many found no room
};
/// "... kfree_skb: skbaddr=... location=tcp_v4_rcv+0x91/0x13f0 reason: NO_SOCKET", or "CPU:1 [LOST 7 EVENTS]".
std::optional<TracedDrop> drop_in_trace(std::string_view line);

class DropTraceFile {
 public:
  /// In an instance of its own, which is taken away again whatever ends this program. An error is a sentence.
  static std::expected<DropTraceFile, std::string> open();
  DropTraceFile(DropTraceFile&& other) noexcept;
  DropTraceFile& operator=(DropTraceFile&& other) noexcept;
  ~DropTraceFile();

  /// Hands on what was dropped since the last call, without headers, at most kMost bytes of lines. Does not wait.
  void poll(const std::function<void(const KernelDrop&)>& take);
  static constexpr std::size_t kMost = std::size_t{1} << 20U;

  std::uint64_t lost() const { return lost_; }

 private:
  DropTraceFile(int lines, int lifeline) : lines_(lines), lifeline_(lifeline) {}

  int lines_ = -1;
  int lifeline_ = -1;  ///< its end, by whatever cause, ends the instance
  std::string rest_;   ///< of a line
  std::uint64_t lost_ = 0;
};

}  // namespace whydrop
