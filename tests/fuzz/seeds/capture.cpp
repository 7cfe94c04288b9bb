// Writes one small capture of every kind as inputs of the pcap and pcapng fuzzers, into pcap/ and pcapng/ of the folder
// that is named.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "tests/support/packet_capture_file.h"

namespace whydrop {
namespace {

const Bytes kPacket(21, 0xab);

struct Seed {
  std::string name;
  Bytes bytes;
};

Bytes with(Bytes bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

Bytes without_end(Bytes bytes) {
  bytes.pop_back();
  return bytes;
}

std::vector<Seed> pcap_seeds() {
  const std::vector<FilePacket> packets(4, {.bytes = kPacket, .time = Time{std::chrono::seconds(1'700'000'000)}});
  const auto written = [&](const PcapWriting& writing) { return pcap_file(writing, packets); };
  const Bytes billion = FileWriter().u64(0).u32(1'000'000'000).u32(1'000'000'000).bytes();
  return {
      {"microseconds", written({})},
      {"microseconds-big-endian", written({.big_endian = true})},
      {"nanoseconds", written({.magic = 0xa1b23c4d, .nanos_per_fraction = 1})},
      {"version-2.2", written({.minor = 2, .lengths_swapped = true})},
      {"dg-ux", written({.major = 543, .minor = 0, .lengths_swapped = true})},
      {"aix", written({.nanos_per_fraction = 1, .minor = 2, .link = 6, .lengths_swapped = true})},
      {"kuznetzov", written({.magic = 0xa1b2cd34, .record_tail = Bytes(8)})},
      {"suse-6.3", written({.magic = 0xa1b2cd34, .record_tail = Bytes(12)})},
      {"redhat-6.1", written({.record_tail = Bytes(8)})},
      {"nokia", written({.record_tail = FileWriter().u32(0x9fbfb601).bytes()})},
      {"ixia-hardware", written({.magic = 0x1c0001ac, .nanos_per_fraction = 1, .header_tail = Bytes(4)})},
      {"ixia-software", written({.magic = 0x1c0001ab, .header_tail = Bytes(4)})},
      {"snap-length-0", written({.snap_len = 0})},
      {"fcs-length", written({.link = 0x24000001})},
      {"d-bus", written({.link = 231})},
      {"length-of-a-billion", with(written({}), billion)},
      {"cut", without_end(written({}))},
  };
}

Bytes every_block(bool big_endian) {
  PcapngFile file(big_endian);
  file.interface(1, 96,
                 {{2, bytes_of("eth0")},
                  {4, {192, 0, 2, 1, 255, 255, 255, 0}},
                  {5, Bytes(17, 1)},
                  {9, {9}},
                  {11, with({0}, bytes_of("tcp"))},
                  {14, file.number(7, 8)}});
  file.enhanced(0, 5, kPacket, {{2, file.number(1, 4)}, {4, file.number(3, 8)}}).simple(kPacket, 200);
  file.obsolete(0, 2, 9, kPacket, {{2, file.number(2, 4)}});
  file.statistics(0, {{5, file.number(7, 8)}, {7, file.number(1, 8)}}).block(9, Bytes(5)).block(0x80000001, Bytes(9));
  return file.bytes();
}

std::vector<Seed> pcapng_seeds() {
  const Bytes good = PcapngFile().interface().enhanced(0, 1, kPacket).bytes();
  return {
      {"every-block", every_block(false)},
      {"every-block-big-endian", every_block(true)},
      {"two-sections", PcapngFile()
                           .interface()
                           .enhanced(0, 1, kPacket)
                           .section(true, 60)
                           .interface(101)
                           .enhanced(0, 2, kPacket)
                           .bytes()},
      {"two-interfaces", PcapngFile()
                             .interface(1, 0, {{9, {0x80 | 10}}})
                             .interface(113, 0, {{9, {3}}})
                             .enhanced(1, 1, kPacket)
                             .enhanced(0, 2, kPacket)
                             .bytes()},
      {"odd-length", with(good, FileWriter().u32(0x12345678).u32(17).raw(Bytes(5)).pad().u32(17).bytes())},
      {"zero-length", with(good, FileWriter().u32(6).u32(0).raw(Bytes(20)).bytes())},
      {"length-of-a-billion", with(good, FileWriter().u32(6).u32(1'000'000'000).raw(Bytes(20)).bytes())},
      {"lengths-differ", with(good, FileWriter().u32(5).u32(16).u32(0).u32(20).bytes())},
      {"cut", without_end(good)},
  };
}

bool write(const std::filesystem::path& folder, const std::vector<Seed>& seeds) {
  std::filesystem::create_directories(folder);
  return std::ranges::all_of(seeds, [&](const Seed& seed) {
    std::ofstream file(folder / seed.name, std::ios::binary);
    for (const std::uint8_t byte : seed.bytes) file.put(static_cast<char>(byte));
    return static_cast<bool>(file.flush());
  });
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder(std::span(argv, 2)[1]);
  return whydrop::write(folder / "pcap", whydrop::pcap_seeds()) &&
                 whydrop::write(folder / "pcapng", whydrop::pcapng_seeds())
             ? 0
             : 1;
}
