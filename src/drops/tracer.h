// Tells which packets this network namespace's kernel drops, and why: by a program of ours on tracepoint skb:kfree_skb.
//
// Everything is opened at once. From then on memory is read that the kernel writes to, and one file that is open: no
// privilege is needed to be told.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "src/drops/drop.h"

namespace whydrop {

class DropTracer {
 public:
  /// For the network namespace of the calling thread. An error, as a sentence, where the kernel or our
  /// rights do not suffice.
  static std::expected<DropTracer, std::string> open();
  DropTracer(DropTracer&&) noexcept;
  DropTracer& operator=(DropTracer&&) noexcept;
  ~DropTracer();

  /// Hands on what was dropped since the last call, at most kMost of it. Does not wait.
  void poll(const std::function<void(const KernelDrop&)>& take);
  static constexpr std::size_t kMost = 8192;

  /// Drops that nobody was told of: they came too fast, or on top of another one, which may have been in any namespace.
  /// Asks the kernel.
  std::uint64_t lost() const;
  /// Drops are told from then on.
  Time since() const;

 private:
  class State;
  explicit DropTracer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace whydrop
