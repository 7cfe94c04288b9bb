// Puts the repository's captures together.
#include "tests/unit/app/everything.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "src/capture/source.h"
#include "tests/support/packet_samples.h"

namespace whydrop {

namespace fs = std::filesystem;

std::vector<FilePacket> everything() {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(WHYDROP_SOURCE_DIR "/pcaps")) {
    if (entry.path().extension() == ".pcap") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<FilePacket> packets;
  Time now{std::chrono::seconds(1'700'000'000)};
  for (const std::string& path : paths) {
    auto source = open_capture(path, 0);
    if (!source) continue;
    std::vector<Frame> frames(100);
    std::optional<Time> first;
    Time last = now;
    for (auto count = (*source)->read(frames); count && *count != 0; count = (*source)->read(frames)) {
      for (const Frame& frame : std::span(frames).first(*count)) {
        if (frame.link_type != LinkType{1}) continue;
        if (!first) first = frame.time;
        last = now + std::min<Duration>(frame.time - *first, std::chrono::hours(1));
        packets.push_back(
            {.bytes = Bytes(frame.bytes.begin(), frame.bytes.end()), .time = last, .wire_len = frame.wire_len});
      }
    }
    now = std::max(now, last) + std::chrono::seconds(1);
  }
  for (const PacketSample& sample : packet_samples()) {
    if (sample.link_type == LinkType{1}) packets.push_back({.bytes = sample.bytes, .time = now});
  }
  return packets;
}

}  // namespace whydrop
