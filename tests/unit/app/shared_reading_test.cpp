// However many threads read a file, they find the same.
#include "src/app/shared_reading.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "src/app/catalog.h"
#include "src/app/flow_output.h"
#include "src/report/json.h"
#include "src/report/text.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"
#include "tests/support/packet_capture_file.h"
#include "tests/unit/app/everything.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

constexpr std::size_t kRecordHeader = 16;
constexpr std::size_t kFileHeader = 24;
constexpr unsigned kAlone = 1;
constexpr std::uint32_t kFlood = 150'000;

struct Said {
  std::string report;
  std::vector<std::string> errors;
};

Said said(ReadOptions options, unsigned threads) {
  static const Catalog kCatalog = *catalog_with(std::nullopt);
  options.threads = threads;
  const Analysis analysis = analyse(options, nullptr);
  const Report report = diagnosed(analysis, kCatalog, {.threads = threads});
  Said all{.report = json_report(report, {}) + text_report(report, {.detail = TextDetail::full, .threads = threads})};
  for (const Error& error : analysis.errors) all.errors.push_back(error.message());
  return all;
}

std::string flow_lines(ReadOptions options, unsigned threads) {
  options.threads = threads;
  options.details = FlowTable::Details::kept_to_show;
  std::string lines;
  for_each_flow_line(analyse(options, nullptr), options, [&](const std::string& line) {
    lines += line;
    return true;
  });
  return lines;
}

/// Says the same of this file whatever the number of threads; what it says.
Said same_for_all(const ReadOptions& options) {
  Said alone = said(options, kAlone);
  for (const unsigned threads : {2U, 3U, 8U}) {
    CAPTURE(threads);
    const Said shared = said(options, threads);
    CHECK(shared.errors == alone.errors);
    CHECK((shared.report == alone.report));
  }
  return alone;
}

/// At least so many bytes, in which the same packets come by again and again.
Bytes file_of(const std::vector<FilePacket>& packets, std::size_t size) {
  std::vector<FilePacket> all;
  const Duration length = packets.back().time - packets.front().time + std::chrono::minutes(5);
  Duration later{};
  for (std::size_t bytes = 0; bytes < size; later += length) {
    for (FilePacket packet : packets) {
      packet.time += later;
      bytes += packet.bytes.size() + kRecordHeader;
      all.push_back(std::move(packet));
    }
  }
  return pcap_file({}, all);
}

/// SYNs that nobody answers, each from an address of its own, and another one much later.
Bytes flood(std::uint32_t count) {
  const Bytes syn = packet().ether().ipv4("10.0.0.0", "192.0.2.1").tcp(40000, 443, tcp_flag::syn).build();
  std::vector<FilePacket> packets;
  for (std::uint32_t at = 0; at < count; ++at) {
    FilePacket& made = packets.emplace_back(
        FilePacket{.bytes = syn, .time = Time{std::chrono::seconds(1'700'000'000)} + std::chrono::microseconds(at)});
    for (unsigned byte = 0; byte < 3; ++byte) made.bytes[27 + byte] = static_cast<std::uint8_t>(at >> (16 - 8 * byte));
  }
  packets.push_back({.bytes = syn, .time = packets.back().time + std::chrono::minutes(5)});
  return pcap_file({}, packets);
}

}  // namespace

TEST_CASE("several threads say of everything what one says", "[app][threads]") {
  const TemporaryFile file(file_of(everything(), 9'000'000), "everything.pcap");
  const Said all = same_for_all({.files = {file.path()}});
  CHECK(all.errors.empty());
  CHECK((flow_lines({.files = {file.path()}}, kAlone) == flow_lines({.files = {file.path()}}, 3)));
  CHECK(all.report.find("\"verdict\": \"pmtu-blackhole\"") != std::string::npos);
  CHECK(all.report.find("\"verdict\": \"fragments-incomplete\"") != std::string::npos);
}

TEST_CASE("several threads read what can be read of a damaged file", "[app][threads]") {
  Bytes bytes = file_of(everything(), 9'000'000);
  SECTION("that ends inside a record") { bytes.resize(bytes.size() - 7); }
  SECTION("with damage in the middle") {
    std::size_t place = kFileHeader;
    const auto length_at = [&](std::size_t at) {
      return std::size_t{bytes[at + 8]} | std::size_t{bytes[at + 9]} << 8U;
    };
    while (place < bytes.size() / 2) place += kRecordHeader + length_at(place);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(place + 8), 8, std::uint8_t{0xff});
  }
  const TemporaryFile file(bytes, "damaged.pcap");
  same_for_all({.files = {file.path()}});
}

TEST_CASE("tables become one where memory is short, and flows leave it as they always would", "[app][threads]") {
  constexpr std::uint64_t kMegabyte = 1U << 20U;
  const TemporaryFile file(flood(kFlood), "flood.pcap");
  const std::uint64_t memory = GENERATE(1 * kMegabyte, 24 * kMegabyte, 60 * kMegabyte);
  const Said all = same_for_all({.files = {file.path()}, .memory = memory});
  CHECK(all.report.find("\"count\": 150000") != std::string::npos);
}

TEST_CASE("several threads end together when the reading is ended", "[app][threads]") {
  const TemporaryFile file(flood(kFlood), "flood.pcap");
  std::uint64_t last = 0;
  const ReadOptions options{.files = {file.path()}, .threads = 2};
  const Analysis analysis = analyse(options, [&](std::uint64_t done, std::uint64_t) {
    last = done;
    return done < 3'000'000;
  });
  const std::uint64_t packets = analysis.assessment.capture.packets;
  CHECK(packets > 3'000'000 / 80);
  CHECK(packets < kFlood);
  CHECK(analysis.assessment.flows.size() == packets);
  CHECK(analysis.assessment.capture.files.front().packets == packets);
}

TEST_CASE("a file that became shorter while several threads read it is read again by one", "[app][threads]") {
  const TemporaryFile file(flood(kFlood), "flood.pcap");
  bool cut = false;
  const Analysis analysis = analyse({.files = {file.path()}, .threads = 2}, [&](std::uint64_t done, std::uint64_t) {
    if (!cut && done > 1'000'000) {
      std::filesystem::resize_file(file.path(), 5'000'000);
      cut = true;
    }
    return true;
  });
  REQUIRE(analysis.errors.size() == 1);
  CHECK(analysis.errors.front().message().find("became shorter while it was read") != std::string::npos);
  CHECK(analysis.assessment.flows.size() == analysis.assessment.capture.packets);
  CHECK(analysis.assessment.capture.packets <= (5'000'000 - kFileHeader) / 70);
}

}  // namespace whydrop
