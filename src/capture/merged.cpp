// Merging files by time: the stream with the earliest packet gives it.
//
// Frames are borrowed from their own sources. So no source is read again while a batch is being filled: the batch ends
// where a stream has nothing left in hand.
#include "src/capture/merged.h"

#include <algorithm>
#include <utility>

namespace whydrop {
namespace {

constexpr std::size_t kInHand = 256;

}  // namespace

MergedCaptures::MergedCaptures(std::vector<DatedFile> files, WaitForMore wait, std::vector<Input> opened)
    : pending_(std::make_move_iterator(files.begin()), std::make_move_iterator(files.end())),
      wait_(std::move(wait)),
      opened_(std::move(opened)) {}

std::size_t MergedCaptures::read(std::span<Frame> batch) {
  if (const std::size_t count = read_alone(batch); count > 0) return count;
  prepare();
  std::size_t count = 0;
  for (bool more = !streams_.empty(); more && count < batch.size(); ++count) {
    Stream& stream = earliest();
    batch[count] = stream.held.front();
    stream.held = stream.held.subspan(1);
    more = !stream.held.empty() && !is_next_due();
  }
  return count;
}

Source* MergedCaptures::only_source() {
  if (pending_.size() != 1 || !streams_.empty()) return nullptr;
  open_next();
  return streams_.empty() ? nullptr : streams_.front().source.get();
}

std::vector<MergedCaptures::File> MergedCaptures::files() const {
  std::vector<File> files = files_;
  for (const Stream& stream : streams_) files[stream.index].file = stream.source->file();
  return files;
}

std::uint64_t MergedCaptures::consumed() const {
  std::uint64_t sum = consumed_;
  for (const Stream& stream : streams_) sum += stream.source->file().consumed;
  return sum;
}

/// The last file needs nobody between it and its reader.
std::size_t MergedCaptures::read_alone(std::span<Frame> batch) {
  const bool alone = pending_.empty() && streams_.size() == 1 && streams_.front().held.empty();
  return alone ? fill(streams_.front(), batch) : 0;
}

/// Has every stream hold a frame, and every file open whose turn has come.
void MergedCaptures::prepare() {
  refill();
  while (is_next_due()) {
    open_next();
    refill();
  }
}

void MergedCaptures::refill() {
  for (Stream& stream : streams_) {
    if (!stream.held.empty()) continue;
    stream.frames.resize(kInHand);
    stream.held = std::span(stream.frames).first(fill(stream, stream.frames));
  }
  std::erase_if(streams_, [](const Stream& stream) { return stream.source == nullptr; });
}

void MergedCaptures::open_next() {
  const std::string path = std::move(pending_.front().path);
  pending_.pop_front();
  auto source = open(path);
  if (!source) {
    errors_.push_back(std::move(source.error()));
    return;
  }
  overlap_ = overlap_ || !streams_.empty();
  streams_.push_back({.source = std::move(*source), .index = files_.size()});
  files_.emplace_back();
}

std::expected<std::unique_ptr<Source>, Error> MergedCaptures::open(const std::string& path) {
  const auto index = static_cast<std::uint32_t>(files_.size());
  const auto opened = std::ranges::find(opened_, path, &Input::path);
  const bool is_open = opened != opened_.end();
  auto input = is_open ? std::move(*opened) : Input::open(path);
  if (is_open) opened_.erase(opened);
  if (!input) return std::unexpected(input.error());
  input->follow(wait_);
  return open_capture(std::move(*input), index);
}

/// Reads on in one stream; at its end keeps what is known of its file, and closes it.
std::size_t MergedCaptures::fill(Stream& stream, std::span<Frame> batch) {
  if (stream.source == nullptr) return 0;
  const auto count = stream.source->read(batch);
  if (count && *count > 0) return *count;
  files_[stream.index] = {stream.source->file(), !count};
  consumed_ += files_[stream.index].file.consumed;
  if (!count) errors_.push_back(count.error());
  stream.source = nullptr;
  return 0;
}

/// Whether the next file begins before all that is in hand.
bool MergedCaptures::is_next_due() const {
  if (pending_.empty()) return false;
  const std::optional<Time> first = pending_.front().first;
  const auto comes_later = [&](const Stream& stream) {
    return !stream.held.empty() && first && *first < stream.held.front().time;
  };
  return std::ranges::all_of(streams_, comes_later);
}

/// Of several with the same time, the one that was opened first.
MergedCaptures::Stream& MergedCaptures::earliest() {
  return *std::ranges::min_element(streams_, {}, [](const Stream& stream) { return stream.held.front().time; });
}

}  // namespace whydrop
