// Where frames come from: the one seam to the outside world, and the one place with inheritance.
//
// A source delivers batches. What it borrowed from the input (a window of the file) stays valid until the next call.
// What it learns about the capture itself (interfaces, drops, a file that ends inside a record) it keeps in
// CaptureFile, which is complete once the source has ended.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/capture/chunks.h"
#include "src/capture/input.h"
#include "src/core/annotation.h"
#include "src/core/error.h"
#include "src/wire/frame.h"

namespace whydrop {

struct CaptureInterface {
  std::string name{};                    ///< empty where the format has none
  std::string filter{};                  ///< capture filter in force (pcapng if_filter); empty: none known
  std::vector<std::string> addresses{};  ///< local addresses, as text (pcapng if_IPv4addr, if_IPv6addr)
  LinkType link_type{};
  std::uint32_t snap_len = 0;              ///< 0: unlimited
  std::optional<std::uint64_t> dropped{};  ///< by interface, filter or kernel, as the capture states
};

/// One input file as it was read. What the file says of itself is already escaped: fit for a terminal or a report.
struct CaptureFile {
  std::string path{};    ///< "-" for standard input
  std::string format{};  ///< "pcap", "pcapng, gzip", "libpcap"
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;                ///< of captured frames
  std::uint64_t consumed = 0;             ///< bytes of the file read so far, as they are stored
  std::uint64_t size = 0;                 ///< of the file; 0 where it cannot be known (a pipe)
  std::optional<std::uint64_t> cut_at{};  ///< byte offset, unpacked, of the record in which the file ends
  std::vector<CaptureInterface> interfaces{};
  std::vector<NamedAddress> names{};  ///< the first 4,096
  std::vector<Comment> comments{};    ///< the first kMostComments
};

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// Fills `batch` from its front and says how many; 0 at the end. Frames stay valid until the next call. After an
  /// error (damage inside the file) everything delivered before stays good, and the source has ended. A signal whose
  /// handler was installed without SA_RESTART ends a wait for more input, and with it the source.
  virtual std::expected<std::size_t, Error> read(std::span<Frame> batch) = 0;

  virtual const CaptureFile& file() const = 0;

  /// For what is not read yet; null where it cannot be read in chunks.
  virtual std::unique_ptr<ChunkReader> chunk_reader() const { return nullptr; }
  /// So many packets, and bytes of them, were read by such readers; reading goes on at this place of the file. False
  /// where what they saw was not there.
  virtual bool skip_to(std::uint64_t, std::uint64_t, std::uint64_t) { return false; }
};

/// Opens a capture file, or standard input for "-". Formats and compressions are told by content: pcap and pcapng by
/// our own readers, others by libpcap where it knows them. `file` becomes PacketRef::file() of every frame.
std::expected<std::unique_ptr<Source>, Error> open_capture(const std::string& path, std::uint32_t file);

/// Opens an input and puts what it unpacks to in its place: for who wants to look at its beginning, or it is no
/// capture.
std::expected<Input, Error> open_unpacked(const std::string& path);
/// The same for an input of which nothing was read.
std::expected<Input, Error> open_unpacked(Input input);

/// The same for an input that is open, and may have been looked at.
std::expected<std::unique_ptr<Source>, Error> open_capture(Input input, std::uint32_t file);

}  // namespace whydrop
