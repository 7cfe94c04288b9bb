// A queue of requests and who works it off.
#include "src/core/memory_helper.h"

#include <sys/mman.h>

#include <atomic>

#include "src/core/blocked_signals.h"

namespace whydrop {
namespace {

/// Memory that waits to be let go of is memory: it must not pile up where the helper gets no processor.
constexpr std::size_t kMostWaiting = 4;

std::atomic<MemoryHelper*> helper = nullptr;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): one each

}  // namespace

MemoryHelper::MemoryHelper() {
  const BlockedSignals for_the_thread;
  thread_ = std::jthread([this](const std::stop_token& stopped) { work(stopped); });
  helper = this;
}

MemoryHelper::~MemoryHelper() { helper = nullptr; }

bool MemoryHelper::is_there() { return helper != nullptr; }

bool MemoryHelper::advise(void* start, std::size_t size, int advice) {
  MemoryHelper* const current = helper;
  if (current == nullptr) return false;
  std::unique_lock lock(current->mutex_);
  current->worked_.wait(lock, [&] { return current->requests_.size() < kMostWaiting; });
  current->requests_.push_back({start, size, advice});
  current->has_work_.notify_one();
  return true;
}

void MemoryHelper::finish() {
  MemoryHelper* const current = helper;
  if (current == nullptr) return;
  std::unique_lock lock(current->mutex_);
  current->worked_.wait(lock, [&] { return current->requests_.empty(); });
}

void MemoryHelper::work(const std::stop_token& stopped) {
  std::unique_lock lock(mutex_);
  while (has_work_.wait(lock, stopped, [&] { return !requests_.empty(); })) {
    const Request request = requests_.front();
    lock.unlock();
    ::madvise(request.start, request.size, request.advice);
    lock.lock();
    requests_.pop_front();
    worked_.notify_all();
  }
}

}  // namespace whydrop
