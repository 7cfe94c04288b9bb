// Where `whydrop live -w` writes: two pcapng files that take turns, together never larger than they may be.
//
// Both are opened before the watch begins, and afterwards only written to and emptied: no right to open, create or
// rename anything is needed while packets are read. Each is whole in itself, whenever somebody looks.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "src/capture/input.h"
#include "src/capture/source.h"
#include "src/core/error.h"
#include "src/report/pcapng.h"

namespace whydrop {

struct EvidenceOptions {
  static constexpr std::uint64_t kLeast = std::uint64_t{1} << 20U;  // the largest packet fits into half of it

  std::string path{};
  std::uint64_t most = std::uint64_t{100} << 20U;  ///< bytes, of both files together
};

class EvidenceFiles {
 public:
  /// Overwrites FILE and FILE.1, which holds no packets until its turn comes: when there are packets to write, no file
  /// can be made or removed any more. `interfaces` are those of the frames to come.
  static std::expected<EvidenceFiles, Error> open(const EvidenceOptions& options,
                                                  std::span<const CaptureInterface> interfaces);
  EvidenceFiles(EvidenceFiles&& other) noexcept = default;
  EvidenceFiles& operator=(EvidenceFiles&& other) noexcept = default;
  ~EvidenceFiles() = default;

  void add(const Frame& frame, std::string_view comment);
  /// What was added is in the file from now on, or there is trouble.
  void flush();

  /// Why nothing is written any more; a disk that gets full, for one.
  const std::optional<Error>& trouble() const { return trouble_; }
  std::uint64_t packets() const { return packets_; }
  const std::string& path() const { return pieces_.front().path; }
  /// Of both files.
  std::array<int, 2> descriptors() const { return {pieces_[0].file.fd(), pieces_[1].file.fd()}; }

 private:
  struct Piece {
    Descriptor file;
    std::string path;
    std::uint64_t size = 0;
  };

  EvidenceFiles() = default;
  std::optional<Error> begin(Piece& piece) const;
  void take_turn();

  std::array<Piece, 2> pieces_;
  std::size_t current_ = 0;
  std::uint64_t piece_bound_ = 0;
  PcapngBytes section_;
  PcapngBytes packet_;
  PcapngBytes pending_;
  std::uint64_t packets_ = 0;
  std::optional<Error> trouble_;
};

}  // namespace whydrop
