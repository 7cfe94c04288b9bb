// What the capture itself cannot show: notes that stand beside the findings and weaken those that they touch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/core/annotation.h"
#include "src/core/packet_ref.h"
#include "src/core/time.h"
#include "src/verdict/verdict.h"
#include "src/wire/frame.h"

namespace whydrop {

enum class QualityId : std::uint8_t {
#define QUALITY(enumerator, id, summary) enumerator,
#include "src/verdict/quality.def"
#undef QUALITY
};

struct QualityInfo {
  QualityId id;
  std::string_view name;
  std::string_view summary;
};
std::span<const QualityInfo> all_quality_notes();
std::string_view name(QualityId id);

struct QualityNote {
  QualityId id{};
  std::string detail;
  std::vector<VerdictId> affects;
};

/// The capture as a whole: what was read, and how much of it can be trusted.
struct CaptureSummary {
  struct File {
    std::string path;
    std::string format;
    std::uint64_t packets = 0;
    std::optional<std::uint64_t> cut_at;
    bool damaged = false;  ///< its reading ended with an error: what came after is not known
    std::vector<NamedAddress> names{};
    std::vector<Comment> comments{};
  };
  struct DropCount {
    std::string reason;
    std::string location;
    std::uint64_t count = 0;
  };
  /// What the kernel of the host that captured dropped while it captured.
  struct Drops {
    std::vector<DropCount> reasons;  ///< the most first
    std::uint64_t lost = 0;          ///< of unknown reason
    bool whole_host = false;         ///< in all its network namespaces, not only in the one that was captured in
  };
  std::vector<File> files;
  bool files_overlap = false;  ///< in time, so that their packets were merged
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  ///< captured
  std::optional<Time> first;
  std::optional<Time> last;
  std::vector<LinkType> link_types;
  std::uint64_t dropped = 0;  ///< stated by the capture
  std::vector<std::string> filters;
  std::uint64_t undissected = 0;  ///< frames of which not even addresses were read
  std::uint64_t malformed = 0;
  std::uint64_t cut_packets = 0;  ///< frames cut below their transport header
  std::uint64_t cut_quotes = 0;   ///< ICMP errors cut below the ports of what they quote
  std::uint64_t copies = 0;
  std::uint64_t icmp_packets = 0;
  std::uint64_t backward_steps = 0;  ///< timestamps that step back
  std::vector<QualityNote> quality;
  std::optional<Drops> drops;  ///< none: nobody looked
};

}  // namespace whydrop
