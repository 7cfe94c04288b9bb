// Opening, writing, taking turns; and leaving the disk some room.
#include "src/app/live/evidence_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "src/app/run.h"

namespace whydrop {
namespace {

constexpr std::size_t kPending = std::size_t{64} << 10U;
constexpr std::uint64_t kMostSpared = std::uint64_t{256} << 20U;
constexpr std::string_view kAbout =
    "packets of failed flows only; each says of which finding, and the number that the watch's reports give it";

Error failure(const std::string& path, int number, std::string_view way_out = "") {
  return {path, "cannot be written: " + std::generic_category().message(number), "", std::string(way_out)};
}

std::expected<Descriptor, Error> opened(const std::string& path, int more_flags) {
  constexpr std::string_view kWayOut = "name another file with -w";
  constexpr mode_t kOwnerOnly = 0600;
  // A FIFO that nobody reads must not hold up the watch.
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC | more_flags, kOwnerOnly));
  if (file.fd() < 0) return std::unexpected(failure(path, errno, kWayOut));
  struct stat facts{};
  if (::fstat(file.fd(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    return std::unexpected(Error{path, "is no regular file, whose size could be bounded", "", std::string(kWayOut)});
  }
  return file;
}

/// Whether `size` more bytes leave others something of the disk: a hundredth, or as much as anybody needs.
bool leaves_room(const Descriptor& file, std::uint64_t size) {
  struct statvfs disk{};
  if (::fstatvfs(file.fd(), &disk) != 0) return true;
  const std::uint64_t spared = std::min(std::uint64_t{disk.f_blocks} * disk.f_frsize / 100, kMostSpared);
  return std::uint64_t{disk.f_bavail} * disk.f_frsize >= spared + size;
}

/// errno, or 0.
int write_whole(const Descriptor& file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.fd(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Behind `size` bytes of the file, which end a block: what does not fit as a whole is taken back.
std::optional<Error> append(const Descriptor& file, const std::string& path, std::uint64_t size,
                            std::span<const std::uint8_t> bytes) {
  if (!leaves_room(file, bytes.size()))
    return Error{path, "its disk is nearly full", "", "make room, or lower --max-size"};
  const int number = write_whole(file, bytes);
  if (number == 0) return std::nullopt;
  const bool shortened = ::ftruncate(file.fd(), static_cast<off_t>(size)) == 0;
  Error error = failure(path, number);
  if (!shortened) error.what += "; it ends inside a packet";
  return error;
}

}  // namespace

std::expected<EvidenceFiles, Error> EvidenceFiles::open(const EvidenceOptions& options,
                                                        std::span<const CaptureInterface> interfaces) {
  EvidenceFiles files;
  files.piece_bound_ = options.most / files.pieces_.size();
  append_section(fmt::format("whydrop {}", version()), kAbout, interfaces, files.section_);
  if (files.section_.size() > files.piece_bound_ / 2) {
    return std::unexpected(
        Error{options.path, "too small to describe all interfaces and their filter", "", "give a larger --max-size"});
  }
  files.pending_.reserve(kPending + kPending);
  for (std::size_t at = 0; at < files.pieces_.size(); ++at) {
    Piece& piece = files.pieces_[at];
    piece.path = at == 0 ? options.path : fmt::format("{}.{}", options.path, at);
    // Nobody named the second one: where it would lead elsewhere it is not meant.
    auto file = opened(piece.path, at == 0 ? 0 : O_NOFOLLOW);
    if (!file) return std::unexpected(file.error());
    piece.file = std::move(*file);
    if (const auto error = files.begin(piece)) return std::unexpected(*error);
  }
  return files;
}

/// Empties it and writes what stands before the first packet.
std::optional<Error> EvidenceFiles::begin(Piece& piece) const {
  piece.size = 0;
  if (::ftruncate(piece.file.fd(), 0) != 0 || ::lseek(piece.file.fd(), 0, SEEK_SET) != 0) {
    return failure(piece.path, errno);
  }
  if (auto error = append(piece.file, piece.path, 0, section_)) return error;
  piece.size = section_.size();
  return std::nullopt;
}

void EvidenceFiles::take_turn() {
  flush();
  if (trouble_) return;
  current_ = (current_ + 1) % pieces_.size();
  trouble_ = begin(pieces_[current_]);
}

void EvidenceFiles::add(const Frame& frame, std::string_view comment) {
  if (trouble_) return;
  packet_.clear();
  append_packet(frame, comment, packet_);
  if (pieces_[current_].size + pending_.size() + packet_.size() > piece_bound_) take_turn();
  if (trouble_) return;
  pending_.insert(pending_.end(), packet_.begin(), packet_.end());
  ++packets_;
  if (pending_.size() >= kPending) flush();
}

void EvidenceFiles::flush() {
  if (trouble_ || pending_.empty()) return;
  Piece& piece = pieces_[current_];
  trouble_ = append(piece.file, piece.path, piece.size, pending_);
  piece.size += pending_.size();
  pending_.clear();
}

}  // namespace whydrop
