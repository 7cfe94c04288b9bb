// A progress bar on a terminal's standard error, once reading takes longer than a second.
#pragma once

#include <chrono>
#include <cstdint>

namespace whydrop {

class Progress {
 public:
  /// Nothing is ever drawn unless `wanted`.
  explicit Progress(bool wanted) : wanted_(wanted) {}
  ~Progress() { erase(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t done, std::uint64_t total);
  void erase();

 private:
  using Clock = std::chrono::steady_clock;

  bool wanted_;
  bool drawn_ = false;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds(1);
};

}  // namespace whydrop
