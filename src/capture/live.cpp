// Several interfaces as one stream, and the watch over them.
//
// Blocks of packets reach us up to kLate after the first of them was captured. So a packet of one interface waits until
// every other interface has a later one in hand, or has been silent for that long.
#include "src/capture/live.h"

#include <poll.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "src/capture/devices.h"
#include "src/capture/links.h"
#include "src/capture/live_handle.h"
#include "src/core/wall_clock.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLate = 250ms;
constexpr Duration kLateAtOnce = 20ms;    // in immediate mode
constexpr std::string_view kAny = "any";  // as libpcap calls all interfaces together

/// An interface of the namespace whose coming and going matters to a handle.
struct Watched {
  std::size_t handle = 0;
  Link first{};  ///< when the capture began
  Link last{};
  bool gone = false;
};

std::vector<Watched> watched_by(const std::vector<LiveHandle>& handles, const std::vector<Link>& links) {
  std::vector<Watched> watched;
  for (std::size_t at = 0; at < handles.size(); ++at) {
    for (const Link& link : links) {
      if (handles[at].device() != kAny && handles[at].device() != link.name) continue;
      watched.push_back({.handle = at, .first = link, .last = link});
    }
  }
  return watched;
}

}  // namespace

class LiveCapture::State {
 public:
  State(std::vector<LiveHandle> handles, Links links, const std::vector<Link>& first, const LiveOptions& options)
      : handles_(std::move(handles)),
        failing_(handles_.size()),
        links_(std::move(links)),
        watched_(watched_by(handles_, first)),
        late_(options.immediate ? kLateAtOnce : kLate) {
    file_.format = "live";
    for (const LiveHandle& handle : handles_) {
      file_.path += (file_.path.empty() ? "" : ", ") + handle.device();
      file_.interfaces.push_back({.name = handle.device(),
                                  .filter = options.filter,
                                  .link_type = handle.link_type(),
                                  .snap_len = options.snap_len,
                                  .dropped = 0});
    }
  }

  const CaptureFile& file() const { return file_; }
  Time complete_until() const { return complete_until_; }
  bool ended() const { return std::ranges::none_of(handles_, &LiveHandle::is_open); }

  std::size_t read(std::span<Frame> batch, std::chrono::milliseconds at_most, int other) {
    refill();
    if (const std::size_t count = fill(batch); count != 0) return count;
    wait(at_most, other);
    refill();
    return fill(batch);
  }

  void set_aside() {
    for (std::size_t at = 0; at < handles_.size(); ++at) {
      if (handles_[at].is_open() && !failing_[at]) handles_[at].set_aside();
    }
  }

  std::vector<LiveNotice> look() {
    std::vector<LiveNotice> notices;
    const auto links = links_.list();
    for (const int index : links_.moved()) moved_.push_back(index);  // asked last: what the list lacks has been told
    if (links) compare(*links, notices);
    for (std::size_t at = 0; at < handles_.size(); ++at) count_lost(at, notices);
    return notices;
  }

  std::vector<LiveHealth> health() const {
    std::vector<LiveHealth> all;
    for (const Watched& one : watched_) {
      const bool alone = handles_[one.handle].device() != kAny;
      all.push_back({.interface = one.last.name,
                     .up = one.last.up,
                     .gone = one.gone,
                     .dropped = alone ? lost_[one.handle].dropped : 0,
                     .missed = one.last.missed - one.first.missed,
                     .receive_drops = one.last.receive_drops - one.first.receive_drops,
                     .send_drops = one.last.send_drops - one.first.send_drops});
    }
    return all;
  }

 private:
  void refill() {
    const Time before = wall_clock();
    bool silent = true;
    for (std::size_t at = 0; at < handles_.size(); ++at) {
      LiveHandle& handle = handles_[at];
      if (handle.is_open() && !failing_[at]) failing_[at] = !handle.refill();
      silent = silent && handle.held().empty();
    }
    heard_until_ = before - late_;
    if (silent) complete_until_ = std::max(complete_until_, heard_until_);
  }

  void wait(std::chrono::milliseconds at_most, int other) {
    std::vector<pollfd> files = {{.fd = other, .events = POLLIN, .revents = 0}};  // poll skips a negative one
    bool holds_back = false;
    for (std::size_t at = 0; at < handles_.size(); ++at) {
      const bool reads = handles_[at].is_open() && !failing_[at];
      if (reads && handles_[at].held().empty())
        files.push_back({.fd = handles_[at].fd(), .events = POLLIN, .revents = 0});
      holds_back = holds_back || !handles_[at].held().empty();
    }
    if (holds_back) at_most = std::min<std::chrono::milliseconds>(at_most, 50ms);
    ::poll(files.data(), files.size(), static_cast<int>(at_most.count()));
  }

  /// The handle with the earliest packet in hand, if nothing earlier can come from another.
  LiveHandle* next() {
    LiveHandle* earliest = nullptr;
    bool all_hold = true;
    for (LiveHandle& handle : handles_) {
      if (handle.held().empty()) all_hold = all_hold && !handle.is_open();
      else if (earliest == nullptr || handle.held().front().time < earliest->held().front().time) earliest = &handle;
    }
    if (earliest == nullptr) return nullptr;
    return all_hold || handles_.size() == 1 || earliest->held().front().time < heard_until_ ? earliest : nullptr;
  }

  std::size_t fill(std::span<Frame> batch) {
    std::size_t count = 0;
    for (LiveHandle* handle = next(); handle != nullptr && count < batch.size(); handle = next()) {
      Frame& frame = batch[count++];
      frame = handle->held().front();
      handle->give(1);
      frame.ref = PacketRef(0, ++file_.packets);
      frame.interface = static_cast<std::uint32_t>(handle - handles_.data());
      file_.bytes += frame.bytes.size();
    }
    return count;
  }

  void compare(const std::vector<Link>& links, std::vector<LiveNotice>& notices) {
    for (Watched& one : watched_) {
      if (one.gone) continue;
      const auto found = std::ranges::find(links, one.first.index, &Link::index);
      one.gone = found == links.end();
      if (!one.gone) {
        if (found->up != one.last.up) {
          notices.push_back(
              {.kind = found->up ? LiveNotice::Kind::up : LiveNotice::Kind::down, .interface = found->name});
        }
        one.last = *found;
        continue;
      }
      const bool moved = std::ranges::find(moved_, one.first.index) != moved_.end();
      notices.push_back({.kind = moved ? LiveNotice::Kind::moved : LiveNotice::Kind::gone, .interface = one.last.name});
      if (handles_[one.handle].device() != kAny) handles_[one.handle].close();
    }
    // Who failed because it is down gets another try; who is gone was closed.
    for (std::size_t at = 0; at < handles_.size(); ++at) {
      if (!failing_[at] || !handles_[at].is_open()) continue;
      const bool is_link = std::ranges::find(watched_, at, &Watched::handle) != watched_.end();
      if (!is_link) {
        notices.push_back({.kind = LiveNotice::Kind::gone, .interface = handles_[at].device()});
        handles_[at].close();
      }
      failing_[at] = false;
    }
  }

  void count_lost(std::size_t at, std::vector<LiveNotice>& notices) {
    Lost lost{.dropped = handles_[at].dropped()};
    for (const Watched& one : watched_) {
      if (one.handle == at) lost.missed += one.last.missed - one.first.missed;
    }
    file_.interfaces[at].dropped = lost.sum();
    if (const std::uint64_t more = lost.sum() - lost_[at].sum(); more != 0) {
      notices.push_back({.kind = LiveNotice::Kind::lost, .interface = handles_[at].device(), .packets = more});
    }
    lost_[at] = lost;
  }

  struct Lost {
    std::uint64_t dropped = 0;
    std::uint64_t missed = 0;

    std::uint64_t sum() const { return dropped + missed; }
  };

  std::vector<LiveHandle> handles_;
  std::vector<bool> failing_;
  std::vector<Lost> lost_ = std::vector<Lost>(handles_.size());
  Links links_;
  std::vector<Watched> watched_;
  std::vector<int> moved_;
  Duration late_;
  CaptureFile file_;
  Time heard_until_{};  ///< what was captured before is in hand, or was given
  Time complete_until_{};
};

LiveCapture::LiveCapture(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveCapture::LiveCapture(LiveCapture&&) noexcept = default;
LiveCapture& LiveCapture::operator=(LiveCapture&&) noexcept = default;
LiveCapture::~LiveCapture() = default;

std::expected<LiveCapture, Error> LiveCapture::open(const LiveOptions& options) {
  std::vector<LiveHandle> handles;
  auto devices = capture_devices();
  if (!devices) return std::unexpected(devices.error());
  const auto& wanted = options.interfaces.empty() ? std::vector{std::string(kAny)} : options.interfaces;
  for (const std::string& word : wanted) {
    const auto device = device_named(word, *devices);
    if (!device) return std::unexpected(device.error());
    auto handle = LiveHandle::open(*device, options);
    if (!handle) return std::unexpected(handle.error());
    handles.push_back(std::move(*handle));
  }
  auto links = Links::open();
  if (!links) return std::unexpected(links.error());
  const auto first = links->list();
  if (!first) return std::unexpected(first.error());
  return LiveCapture(std::make_unique<State>(std::move(handles), std::move(*links), *first, options));
}

std::size_t LiveCapture::read(std::span<Frame> batch, std::chrono::milliseconds at_most, int other) {
  return state_->read(batch, at_most, other);
}
void LiveCapture::set_aside() { state_->set_aside(); }
Time LiveCapture::complete_until() const { return state_->complete_until(); }
bool LiveCapture::ended() const { return state_->ended(); }
std::vector<LiveNotice> LiveCapture::look() { return state_->look(); }
std::vector<LiveHealth> LiveCapture::health() const { return state_->health(); }
const CaptureFile& LiveCapture::file() const { return state_->file(); }

}  // namespace whydrop
