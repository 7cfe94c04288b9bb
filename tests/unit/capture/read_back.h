// Reads a capture from memory as whydrop would from a file or a pipe, and keeps what came out.
#pragma once

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "src/capture/formats.h"
#include "tests/support/packet_capture_file.h"

namespace whydrop {

constexpr std::uint32_t kTestFile = 3;  ///< the file number in every PacketRef

struct ReadBack {
  std::vector<Frame> frames;  ///< their bytes are gone; see `contents`
  std::vector<Bytes> contents;
  std::optional<Error> error;  ///< from opening or reading
  bool opened = false;
  CaptureFile file;
};

/// Reads until the end, `batch` frames at once.
inline ReadBack read_all(Opened opened, std::size_t batch = 64) {
  ReadBack result;
  if (!opened) {
    result.error = opened.error();
    return result;
  }
  result.opened = true;
  std::vector<Frame> frames(batch);
  for (;;) {
    const auto count = (*opened)->read(frames);
    if (!count) result.error = count.error();
    if (!count || *count == 0) break;
    // Copied only when the batch is whole: until then the source must not have moved a byte.
    for (std::size_t i = 0; i < *count; ++i) {
      result.frames.push_back(frames[i]);
      result.contents.emplace_back(frames[i].bytes.begin(), frames[i].bytes.end());
    }
  }
  result.file = (*opened)->file();
  return result;
}

/// `at_a_time` bytes come at once, as from a slow pipe.
inline ReadBack read_all(const Bytes& file, std::size_t at_a_time = std::numeric_limits<std::size_t>::max(),
                         std::size_t batch = 64) {
  return read_all(open_input(Input("test.pcap", file, at_a_time), kTestFile), batch);
}

/// `count` frames of different lengths and contents, a little apart in time. Some begin as in a laboratory or on a
/// loopback interface, with bytes that could also be the longer record header of an old pcap variant.
inline std::vector<FilePacket> some_packets(std::size_t count) {
  const Bytes beginnings[] = {{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0}, Bytes(12), {0x52, 0x54, 0, 0x12, 0x34}};
  std::vector<FilePacket> packets;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes bytes = beginnings[i % std::size(beginnings)];
    while (bytes.size() < 20 + i * 7 % 90) bytes.push_back(static_cast<std::uint8_t>(i * 31 + bytes.size()));
    packets.push_back({.bytes = std::move(bytes),
                       .time = Time{std::chrono::seconds(1'700'000'000) + std::chrono::microseconds(i * 1234)}});
  }
  return packets;
}

inline std::vector<Bytes> contents_of(const std::vector<FilePacket>& packets) {
  std::vector<Bytes> contents;
  for (const FilePacket& packet : packets) contents.push_back(packet.bytes);
  return contents;
}

inline std::vector<Time> times_of(const std::vector<FilePacket>& packets) {
  std::vector<Time> times;
  for (const FilePacket& packet : packets) times.push_back(packet.time);
  return times;
}

inline std::vector<Time> times_of(const ReadBack& result) {
  std::vector<Time> times;
  for (const Frame& frame : result.frames) times.push_back(frame.time);
  return times;
}

}  // namespace whydrop
