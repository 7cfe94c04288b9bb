// A second thread for what the kernel does with memory when it is asked: clearing pages before they are touched,
// entering mapped ones into the page tables, taking them out again.
//
// It touches nothing that others look at, so that no cache line travels between processors; where there is none, or it
// comes too late, the same happens later or at once, and nothing else changes.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>

namespace whydrop {

class MemoryHelper {
 public:
  /// The one that this process has from now on, until it is destroyed. Throws std::system_error where no thread can be
  /// started.
  MemoryHelper();
  MemoryHelper(const MemoryHelper&) = delete;
  MemoryHelper& operator=(const MemoryHelper&) = delete;
  ~MemoryHelper();

  static bool is_there();
  /// madvise(2), some time, in the order of the requests; waits where the helper cannot keep up. False: there is none.
  static bool advise(void* start, std::size_t size, int advice);
  /// Nothing of what was asked for is outstanding: for who is about to give the memory back.
  static void finish();

 private:
  struct Request {
    void* start = nullptr;
    std::size_t size = 0;
    int advice = 0;
  };

  void work(const std::stop_token& stopped);

  std::mutex mutex_;
  std::condition_variable_any has_work_;
  std::condition_variable_any worked_;  ///< a request is done
  std::deque<Request> requests_;        ///< the first is being worked on
  std::jthread thread_;
};

}  // namespace whydrop
