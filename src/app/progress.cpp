// A progress bar: one line, drawn over itself, gone when the report comes.
#include "src/app/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/app/console.h"

namespace whydrop {
namespace {

constexpr std::size_t kBarWidth = 40;
constexpr std::uint64_t kMegabyte = 1'000'000;

}  // namespace

void Progress::show(std::uint64_t done, std::uint64_t total) {
  if (!wanted_ || Clock::now() < next_) return;
  next_ = Clock::now() + std::chrono::milliseconds(200);
  drawn_ = true;
  if (total == 0) {
    write_error_text(fmt::format("\r\x1b[K{} MB read", done / kMegabyte));
    return;
  }
  done = std::min(done, total);  // files may grow
  const auto filled = static_cast<std::size_t>(done * kBarWidth / total);
  write_error_text(fmt::format("\r\x1b[K[{:=<{}}{:{}}] {}% of {} MB", "", filled, "", kBarWidth - filled,
                               done * 100 / total, total / kMegabyte));
}

void Progress::erase() {
  if (drawn_) write_error_text("\r\x1b[K");
  drawn_ = false;
}

}  // namespace whydrop
