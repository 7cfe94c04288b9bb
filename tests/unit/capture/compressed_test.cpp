// Compressed captures: every codec, many members, cut and damaged anywhere, and what is made to hurt.
#include <algorithm>
#include <filesystem>

#include "src/capture/codecs.h"
#include "tests/support/catch.h"
#include "tests/unit/capture/packed.h"
#include "tests/unit/capture/read_back.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

Packer any_packer() { return GENERATE(from_range(std::begin(kPackers), std::end(kPackers))); }

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// `plain` in pieces of `size` bytes, each packed for itself.
std::vector<Bytes> members(const Packer& packer, const Bytes& plain, std::size_t size) {
  std::vector<Bytes> parts;
  for (std::size_t at = 0; at < plain.size(); at += size) {
    const auto begin = plain.begin() + static_cast<std::ptrdiff_t>(at);
    parts.push_back(packer.pack(Bytes(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, plain.size() - at)))));
  }
  return parts;
}

bool is_prefix(const std::vector<Bytes>& some, const std::vector<Bytes>& all) {
  return some.size() <= all.size() && std::equal(some.begin(), some.end(), all.begin());
}

TEST_CASE("a compressed capture gives what the plain one gives, and says how it was compressed", "[capture]") {
  const Packer packer = any_packer();
  const std::size_t at_a_time = GENERATE(1U, 100U, 10'000'000U);
  const auto packets = some_packets(3000);
  PcapngFile pcapng;
  pcapng.interface();
  for (const FilePacket& packet : packets) pcapng.enhanced(0, 1, packet.bytes);

  const Bytes packed = packer.pack(pcap_file({}, packets));
  const ReadBack result = read_all(packed, at_a_time);
  CHECK_FALSE(result.error);
  CHECK(result.contents == contents_of(packets));
  CHECK(times_of(result) == times_of(packets));
  CHECK(result.file.format == "pcap, " + packer.name);
  CHECK(result.file.consumed == packed.size());
  CHECK(result.file.size == packed.size());

  const ReadBack second = read_all(packer.pack(pcapng.bytes()), at_a_time);
  CHECK(second.contents == contents_of(packets));
  CHECK(second.file.format == "pcapng, " + packer.name);
}

TEST_CASE("a large compressed file is unpacked", "[capture]") {
  auto packets = some_packets(60'000);
  std::uint32_t noise = 1;
  for (FilePacket& packet : packets) {
    for (std::uint8_t& byte : packet.bytes) byte = static_cast<std::uint8_t>((noise = noise * 1664525 + 7) >> 24U);
  }
  const TemporaryFile file(pack_zstd(pcap_file({}, packets)));
  REQUIRE(std::filesystem::file_size(file.path()) > 1'000'000);
  const ReadBack result = read_all(open_capture(file.path(), kTestFile), 512);
  CHECK_FALSE(result.error);
  CHECK(result.contents == contents_of(packets));
}

TEST_CASE("a compressed format that only libpcap knows is read through it, damage and all", "[capture]") {
  const Bytes plain = pcap_file({}, some_packets(100));
  Bytes packed = pack_gzip(plain);
  packed.back() ^= 1;
  const ReadBack result = read_all(open_libpcap(Input::unpacked(Input("x", packed, 50)), kTestFile));
  CHECK(result.frames.size() == 100);
  REQUIRE(result.error);
  CHECK(result.error->what.find("gzip") != std::string::npos);
}

TEST_CASE("members, frames and streams follow each other, with zeros between and behind them", "[capture]") {
  const Packer packer = any_packer();
  const std::size_t at_a_time = GENERATE(1U, 10'000'000U);
  const auto packets = some_packets(200);
  const Bytes plain = pcap_file({}, packets);
  std::vector<Bytes> parts = members(packer, plain, 100);
  parts.insert(parts.begin() + 1, Bytes(4));
  parts.insert(parts.begin() + 5, packer.pack({}));  // as BGZF ends
  parts.emplace_back(508);
  const ReadBack result = read_all(joined(parts), at_a_time);
  CHECK_FALSE(result.error);
  CHECK(result.contents == contents_of(packets));
}

TEST_CASE("skippable frames are skipped before, between and behind zstd's and lz4's", "[capture]") {
  const Packer packer = GENERATE(Packer{"zstd", pack_zstd}, Packer{"lz4", pack_lz4});
  const std::size_t at_a_time = GENERATE(1U, 10'000'000U);
  const Bytes skippable = FileWriter().u32(0x184d2a5e).u32(9).raw(Bytes(9, 0xee)).bytes();
  const auto packets = some_packets(50);
  const std::vector<Bytes> parts = members(packer, pcap_file({}, packets), 1000);
  const ReadBack result =
      read_all(joined({skippable, parts[0], skippable, skippable, joined({parts.begin() + 1, parts.end()}), skippable}),
               at_a_time);
  CHECK_FALSE(result.error);
  CHECK(result.contents == contents_of(packets));
  CHECK(result.file.format == "pcap, " + packer.name);
}

TEST_CASE("compressed data that ends too early: the packets before it, then an error with the place", "[capture]") {
  const Packer packer = any_packer();
  const auto packets = some_packets(60);
  const std::vector<Bytes> all = contents_of(packets);
  const std::vector<Bytes> parts = members(packer, pcap_file({}, packets), 2500);
  REQUIRE(parts.size() > 1);
  const Bytes packed = joined(parts);
  for (std::size_t end = kCodecMagic; end < packed.size(); end += 1 + end / 50) {
    if (end == parts[0].size()) continue;
    CAPTURE(packer.name, end);
    const ReadBack result = read_all(Bytes(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(end)), 64);
    CHECK(is_prefix(result.contents, all));
    if (end > parts[0].size()) CHECK(result.contents.size() > 20);
    REQUIRE(result.error);
    CHECK(result.error->where == "byte " + std::to_string(end));
  }
}

TEST_CASE("a file that is cut between two members is cut where its plain bytes end", "[capture]") {
  const Bytes plain = pcap_file({}, some_packets(60));
  const ReadBack result = read_all(members({"gzip", pack_gzip}, plain, 2500)[0]);
  CHECK_FALSE(result.error);
  REQUIRE(result.file.cut_at);
  CHECK(*result.file.cut_at < 2500);
  CHECK(*result.file.cut_at > 2300);
}

TEST_CASE("a wrong checksum is an error behind all packets", "[capture]") {
  const auto [packer, from_end] = GENERATE(table<Packer, std::size_t>({
      {{"gzip", pack_gzip}, 8},  // CRC-32, then the length
      {{"gzip", pack_gzip}, 1},
      {{"zstd", pack_zstd}, 1},
      {{"lz4", pack_lz4}, 1},
      {{"xz", pack_xz}, 1},
  }));
  const auto packets = some_packets(60);
  Bytes packed = packer.pack(pcap_file({}, packets));
  packed[packed.size() - from_end] ^= 1;
  const ReadBack result = read_all(packed);
  CHECK(result.contents == contents_of(packets));
  REQUIRE(result.error);
  CHECK(result.error->what.find("is damaged inside its " + packer.name + " data") == 0);
  CHECK(result.error->where.find("byte ") == 0);
}

TEST_CASE("no changed byte goes unnoticed or keeps the reader from its end", "[capture]") {
  const Packer packer = any_packer();
  const auto packets = some_packets(300);
  const std::vector<Bytes> all = contents_of(packets);
  const Bytes packed = joined(members(packer, pcap_file({}, packets), 10'000));
  for (std::size_t at = 0; at < packed.size(); at += 1 + at / 40) {
    Bytes changed = packed;
    changed[at] ^= 0x41;
    const ReadBack result = read_all(changed, 500);
    CAPTURE(packer.name, at);
    CHECK((result.error || result.contents == all));  // gzip's header has a time that nobody guards
  }
}

TEST_CASE("a block that cannot be unpacked costs none of the blocks before it", "[capture]") {
  const Packer packer = GENERATE(Packer{"zstd", pack_zstd}, Packer{"lz4", pack_lz4});
  auto packets = some_packets(20'000);
  Bytes packed = packer.pack(pcap_file({}, packets));
  std::fill(packed.begin() + static_cast<std::ptrdiff_t>(packed.size() / 2), packed.end(), std::uint8_t{0xff});
  const ReadBack result = read_all(packed);
  CHECK(result.error);
  CHECK(result.contents.size() > 5000);
  CHECK(result.contents.size() < 15'000);
}

TEST_CASE("a block header that cannot be meant costs nothing of the block before it", "[capture]") {
  const auto [packer, header] = GENERATE(table<Packer, Bytes>({
      {{"zstd", pack_zstd}, {0xff, 0xff, 0xff}},
      {{"lz4", pack_lz4}, {0xff, 0xff, 0xff, 0x7f}},
  }));
  const auto packets = some_packets(20'000);
  const Bytes packed = packer.pack(pcap_file({}, packets));
  const std::size_t first_block = packer.name == "zstd" ? 128U << 10U : 64U << 10U;
  // Where the second block's header stands: behind as much as gives the first block, and no byte less.
  std::size_t at = 0;
  for (std::size_t enough = packed.size(); at < enough;) {
    const std::size_t middle = at + (enough - at) / 2;
    const Bytes front(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(middle));
    if (read_all(front).contents.empty()) at = middle + 1;
    else enough = middle;
  }
  Bytes changed(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(at));
  changed.insert(changed.end(), header.begin(), header.end());
  changed.resize(changed.size() + 100'000);
  const ReadBack result = read_all(changed);
  CHECK(result.error);
  CHECK(result.file.bytes + 16 * result.frames.size() > first_block - 200);
}

TEST_CASE("a bomb of zeros ends at once", "[capture]") {
  const Packer packer = any_packer();
  Bytes plain = pcap_file({}, some_packets(5));
  plain.resize(std::size_t{100} << 20U);
  const Bytes packed = packer.pack(plain);
  REQUIRE(packed.size() < plain.size() / 200);
  const ReadBack result = read_all(packed);
  CHECK(result.frames.size() == 5);
  REQUIRE(result.error);
  CHECK(result.error->what == "a packet's record is nothing but zeros");
  CHECK(result.error->where.find("unpacked") != std::string::npos);
  CHECK(result.file.consumed < packed.size() / 10);
}

/// A stream that announces a dictionary of `size` bytes.
Bytes xz_with_dictionary(std::uint32_t size) {
  lzma_stream_flags flags{.version = 0, .check = LZMA_CHECK_CRC32};
  Bytes bytes(LZMA_STREAM_HEADER_SIZE);
  REQUIRE(::lzma_stream_header_encode(&flags, bytes.data()) == LZMA_OK);
  lzma_options_lzma options{};
  ::lzma_lzma_preset(&options, 0);
  options.dict_size = size;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  lzma_block block{};
  block.check = LZMA_CHECK_CRC32;
  block.compressed_size = LZMA_VLI_UNKNOWN;
  block.uncompressed_size = LZMA_VLI_UNKNOWN;
  block.filters = filters;
  REQUIRE(::lzma_block_header_size(&block) == LZMA_OK);
  bytes.resize(LZMA_STREAM_HEADER_SIZE + block.header_size);
  REQUIRE(::lzma_block_header_encode(&block, &bytes[LZMA_STREAM_HEADER_SIZE]) == LZMA_OK);
  return bytes;
}

TEST_CASE("a window that would take too much memory is refused, with the command that does not mind", "[capture]") {
  constexpr std::uint32_t kMebibyte = 1U << 20U;
  const Bytes zstd = {0x28, 0xb5, 0x2f, 0xfd, 0, 18 << 3, 1, 0, 0};  // 2 to the power of 10 + 18
  const auto [packed, command] = GENERATE_COPY(table<Bytes, std::string>({
      {zstd, "zstd -dc --long=31 test.pcap | whydrop -"},
      {xz_with_dictionary(256 * kMebibyte), "xz -dc test.pcap | whydrop -"},
  }));
  const ReadBack result = read_all(packed);
  REQUIRE(result.error);
  CHECK(result.error->what.find("more than 128 MiB") != std::string::npos);
  CHECK(result.error->way_out.find(command) != std::string::npos);

  const ReadBack largest = read_all(xz_with_dictionary(128 * kMebibyte));
  REQUIRE(largest.error);
  CHECK(largest.error->what == "ends inside its xz data");
}

TEST_CASE("what is compressed twice is refused", "[capture]") {
  const Packer packer = any_packer();
  const ReadBack result = read_all(packer.pack(pack_gzip(pcap_file({}, some_packets(3)))));
  CHECK_FALSE(result.opened);
  REQUIRE(result.error);
  CHECK(result.error->what == "is compressed twice");
  CHECK(result.error->way_out.find(packer.name + " -dc") != std::string::npos);
}

TEST_CASE("other bytes behind compressed data are an error behind all packets", "[capture]") {
  const Packer packer = any_packer();
  const auto packets = some_packets(3);
  const ReadBack result = read_all(joined({packer.pack(pcap_file({}, packets)), bytes_of("more")}));
  CHECK(result.contents == contents_of(packets));
  REQUIRE(result.error);
  CHECK(result.error->what == "has other bytes behind its " + packer.name + " data");
}

TEST_CASE("what a compressed file holds is judged as if it were plain", "[capture]") {
  const Packer packer = any_packer();
  const auto [plain, what] = GENERATE(table<Bytes, std::string>({
      {bytes_of("GMBU"), "is a Network Monitor 2 capture"},
      {bytes_of("hello, world"), "is no capture file that whydrop or libpcap knows"},
      {Bytes{}, "is empty, without even a file header"},
  }));
  const ReadBack result = read_all(packer.pack(plain));
  REQUIRE(result.error);
  CHECK(result.error->what == what);
}

}  // namespace
}  // namespace whydrop
