// One piece of work by several threads, where its parts have nothing to do with each other.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "src/core/blocked_signals.h"

namespace whydrop {

/// False where no more threads may be started here.
template <typename Work>
bool start_thread(std::vector<std::jthread>& threads, const Work& work) {
  const BlockedSignals for_the_thread;
  try {
    threads.emplace_back(work);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

/// Calls `work(at)` once for each place below `count`, by so many threads at most, of which the caller's is one. What
/// one of them throws is thrown here when all have stopped.
template <typename Work>
void in_parallel(unsigned threads, std::size_t count, const Work& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr thrown;
  std::mutex throwing;
  const auto take_some = [&] {
    try {
      for (std::size_t at = next++; at < count; at = next++) work(at);
    } catch (...) {
      next = count;
      const std::scoped_lock lock(throwing);
      if (!thrown) thrown = std::current_exception();
    }
  };
  {
    const std::size_t wanted = std::min<std::size_t>(threads, count);
    std::vector<std::jthread> others;
    others.reserve(wanted);
    while (others.size() + 1 < wanted && start_thread(others, take_some)) {
    }
    take_some();
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace whydrop
