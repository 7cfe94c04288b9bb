// Every note about the capture itself, each beside the capture that does not deserve it.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

struct NoteRow {
  std::string sentence;
  std::string script;
  QualityId note{};
  bool noted = true;
  CaptureSummary capture = {};
};

/// Like a verdict, a note does not depend on where the capture was cut for reading.
void check_note(const NoteRow& row) {
  INFO(row.sentence << row.script);
  ReplayOptions options{.capture = row.capture};
  const Replay whole = replay(row.script, options);
  CHECK(whole.has_note(row.note) == row.noted);
  for (options.cut_after = 1; options.cut_after < whole.table->traffic().packets; ++options.cut_after) {
    INFO("cut after packet " << options.cut_after);
    CHECK(replay(row.script, options).has_note(row.note) == row.noted);
  }
}

CaptureSummary file(std::optional<std::uint64_t> cut_at) {
  CaptureSummary capture;
  capture.files.push_back({.path = "a.pcap", .format = "pcap", .packets = 1, .cut_at = cut_at});
  return capture;
}

CaptureSummary overlapping(bool overlap) {
  CaptureSummary capture;
  capture.files_overlap = overlap;
  return capture;
}

CaptureSummary dropping(std::uint64_t packets) {
  CaptureSummary capture;
  capture.dropped = packets;
  return capture;
}

CaptureSummary filtered(std::vector<std::string> filters) {
  CaptureSummary capture;
  capture.filters = std::move(filters);
  return capture;
}

const std::string kTalk = R"(
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5101 ack 1101
0.5 > A 1101 ack 5101
)";
const std::string kAnswered = "0.0 > ping\n0.1 < pong\n";

}  // namespace

TEST_CASE("one direction that was never recorded", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"its ACK numbers prove that it lives", "0.0 > S 1000\n0.2 > A 1001 ack 5001\n0.5 > A 1001 ack 6001\n9 end",
       QualityId::capture_one_sided},
      {"nothing does", "0.0 > S 1000\n1.0 > S 1000\n9 end", QualityId::capture_one_sided, false},
      {"one packet of it is there", kOpen, QualityId::capture_one_sided, false},
  })));
}

TEST_CASE("packets that the capture missed", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"the capture counts them", kAnswered, QualityId::capture_lost_packets, true, dropping(3)},
      {"the capture counts none", kAnswered, QualityId::capture_lost_packets, false, dropping(0)},
      {"their bytes were acknowledged", kOpen + "0.3 > A 2001:3001 ack 5001\n0.4 < A 5001 ack 3001\n9 end",
       QualityId::capture_lost_packets},
      {"their bytes are missing for the receiver too",
       kOpen + "0.3 > A 2001:3001 ack 5001\n0.4 < A 5001 ack 1001\n9 end", QualityId::capture_lost_packets, false},
      {"a SYN-ACK, as both sides talk", "0.0 > S 1000\n0.1 > A 1001:1101 ack 5001\n0.2 < A 5001:5101 ack 1101",
       QualityId::capture_lost_packets},
      {"a SYN that another connection's ACK answers", "0.0 > S 1000\n0.1 < A 5001 ack 900\n0.2 > R 900",
       QualityId::capture_lost_packets, false},
  })));
}

TEST_CASE("packets that were recorded more than once", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"the very same again", kOpen + "0.3 > PA 1001:1101 ack 5001 id 7\n0.3 > again\n9 end",
       QualityId::capture_duplicates},
      {"the same bytes under a new IP ID",
       kOpen + "0.3 > PA 1001:1101 ack 5001 id 7\n0.6 > PA 1001:1101 ack 5001 id 8\n", QualityId::capture_duplicates,
       false},
      {"a SYN again", "0.0 > S 1000 id 5\n0.0001 > again\n5.0 end", QualityId::capture_duplicates},
      {"a SYN that is sent again", "0.0 > S 1000 id 5\n1.0 > S 1000 id 6\n5.0 end", QualityId::capture_duplicates,
       false},
  })));
}

TEST_CASE("a capture of all interfaces", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"says so by its link type", "0.0 > ping any 0\n0.1 < pong any 4\n", QualityId::any_interface},
      {"Ethernet is one interface", kAnswered, QualityId::any_interface, false},
  })));
}

TEST_CASE("a file that ends inside a record", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"what came before counts", kAnswered, QualityId::file_cut, true, file(4711)},
      {"a whole file", kAnswered, QualityId::file_cut, false, file(std::nullopt)},
  })));
}

TEST_CASE("files that were merged", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"they overlap in time", kAnswered, QualityId::files_overlap, true, overlapping(true)},
      {"one follows the other", kAnswered, QualityId::files_overlap, false, overlapping(false)},
  })));
}

TEST_CASE("packets cut by the snap length", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"inside a transport header", "0.0 > S 1000\n0.1 < SA 5000 ack 1001 cut 40\n9 end", QualityId::headers_cut},
      {"before the ports of what an error quotes", "0.0 > S 1000\n0.1 < icmp host-prohibited cut 64\n9 end",
       QualityId::headers_cut},
      {"behind these ports", "0.0 > S 1000\n0.1 < icmp host-prohibited cut 66\n9 end", QualityId::headers_cut, false},
      {"behind all headers", kOpen + "0.3 > PA 1001:1101 ack 5001 cut 54\n9 end", QualityId::headers_cut, false},
  })));
}

TEST_CASE("an error of which the ports were cut makes silence less certain", "[verdict][quality]") {
  const auto confidence = [](const std::string& script) {
    const Replay replayed = replay(script, {});
    REQUIRE(replayed.result.findings.size() == 1);
    CHECK(replayed.result.findings[0].verdict == VerdictId::syn_no_reply);
    return replayed.result.findings[0].confidence;
  };
  const std::string attempt = "0.0 > S 1000\n1.0 > S 1000\n3.0 > S 1000\n";
  CHECK(confidence(attempt + "3.1 < icmp host-prohibited cut 64\n30 end") < confidence(attempt + "30 end") * 0.9);
}

TEST_CASE("a clock that steps back", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"between two packets", "1.0 > ping\n0.5 < pong", QualityId::clock_jumps},
      {"two packets of one moment", "0.5 > ping\n0.5 < pong", QualityId::clock_jumps, false},
  })));
}

TEST_CASE("attempts at the edges of the capture", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"one is pending when it ends", "0.0 > S 1\n0.1 end", QualityId::starts_or_ends_inside},
      {"all were judged", "0.0 > S 1\n9 end", QualityId::starts_or_ends_inside, false},
      {"a connection began before it", "0.0 > PA 1:2 ack 1\n0.1 < PA 1:2 ack 2", QualityId::starts_midstream},
      {"a connection that begins in it", "0.0 > S 1\n5.0 end", QualityId::starts_midstream, false},
      {"a connection whose SYN alone is missing", "0.0 < SA 5000 ack 1001\n0.1 > A 1001 ack 5001\n9 end",
       QualityId::starts_midstream, false},
      {"an ICMP error about what was never seen is no connection",
       "0.0 < icmp host-unreachable from 10.0.0.9 quote-from 10.0.0.1:40000\n9 end", QualityId::starts_midstream,
       false},
  })));
}

TEST_CASE("frames that the network card would have changed", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"larger than a segment", kOpen + "0.3 > A 1001:8301 ack 5001\n0.4 < A 5001 ack 8301\n9 end", QualityId::offload},
      {"as large as a segment", kOpen + "0.3 > A 1001:2461 ack 5001\n0.4 < A 5001 ack 2461\n9 end", QualityId::offload,
       false},
      {"without a checksum yet", "0.0 > S 1000 bad-checksum\n0.1 < SA 5000 ack 1001\n9 end",
       QualityId::transmit_checksums},
      {"with the right one", kOpen, QualityId::transmit_checksums, false},
  })));
}

TEST_CASE("failures by the dozen and not one ICMP packet", "[verdict][quality]") {
  const auto failures = [](int count, std::string_view more) {
    std::string script;
    for (int port = 1; port <= count; ++port) script += fmt::format("0.{:02} > S 1000 c 10.0.0.1:{}\n", port, port);
    return script + std::string(more) + "9 end";
  };
  CHECK(replay(failures(24, "")).has_note(QualityId::no_icmp));
  CHECK_FALSE(replay(failures(23, "")).has_note(QualityId::no_icmp));
  CHECK_FALSE(replay(failures(24, "1 > ping\n1.1 < pong\n")).has_note(QualityId::no_icmp));
}

TEST_CASE("too little to judge", "[verdict][quality]") {
  check_note(GENERATE(values<NoteRow>({
      {"nothing at all", "", QualityId::short_capture},
      {"nothing that is a flow", "9.0 end", QualityId::short_capture},
      {"one flow", kAnswered, QualityId::short_capture, false},
  })));
}

TEST_CASE("a capture filter is named, and lowers what it may have hidden", "[verdict][quality]") {
  const NoteRow row = GENERATE(values<NoteRow>({
      {"pcapng tells", "0.0 > S 1000\n9 end", QualityId::filtered, true, filtered({"tcp port 443"})},
      {"there was none", "0.0 > S 1000\n9 end", QualityId::filtered, false, filtered({})},
  }));
  check_note(row);
  const Replay replayed = replay(row.script, {.capture = row.capture});
  REQUIRE(replayed.findings() == "syn-no-reply");
  CHECK((replayed.result.findings.front().confidence < 0.8) == row.noted);
}

TEST_CASE("a capture of SYN, FIN and RST alone hides the rest", "[verdict][quality]") {
  const std::string flags = R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
9.0 > FA 1501 ack 7001
9.1 < FA 7001 ack 1502
)";
  check_note(GENERATE_COPY(values<NoteRow>({
      {"a connection opened and closed without one plain packet", flags, QualityId::filtered},
      {"the last data came with the FIN", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
9.0 < FPA 7001:7101 ack 1501
9.1 > FA 1501 ack 7102
)",
       QualityId::filtered},
      {"its first ACK is there", flags + "0.2 > A 1001 ack 5001\n", QualityId::filtered, false},
      {"another connection's data is", flags + "5 > PA 1:101 ack 1 c 10.0.0.1:40001\n", QualityId::filtered, false},
      {"nothing but SYNs, as of a server that is down", "0 > S 1000\n1 > S 1000\n9 end", QualityId::filtered, false},
      {"nothing but refusals", "0 > S 1000\n0.1 < RA 0 ack 1001\n9 end", QualityId::filtered, false},
      {"an end whose beginning was not recorded", "0 > FA 1501 ack 7001\n0.1 < FA 7001 ack 1502\n9 end",
       QualityId::filtered, false},
  })));
}

TEST_CASE("what needs the packets that such a capture hides cannot be judged", "[verdict][quality]") {
  const std::string c = " c 10.0.0.1:40001\n";
  const auto beside = [&](bool hidden, const std::string& script) {
    return "0.0 > S 1000" + c + "0.1 < SA 5000 ack 1001" + c + (hidden ? "" : "0.2 > A 1001 ack 5001" + c) +
           "0.3 > FA 1501 ack 7001" + c + "0.4 < FA 7001 ack 1502" + c + script + "900 end";
  };
  const auto [script, whole, hidden] = GENERATE(table<std::string, std::string, std::string>({
      {"1 > S 1000\n1.1 < SA 5000 ack 1001\n1.2 > R 1001\n", "ok synack-reset", "ok inconclusive"},
      {"1 > S 1000\n1.1 < SA 5000 ack 1001\n2.1 < SA 5000 ack 1001\n4.1 < SA 5000 ack 1001\n", "ok synack-no-ack",
       "ok inconclusive"},
      {"1 > S 1000\n1.1 < SA 5000 ack 1001\n1.2 < FA 5001 ack 1001\n1.3 > FA 1001 ack 5002\n", "ok closed-on-accept",
       "ok inconclusive"},
      {"1 > S 1000\n2 > S 1000\n", "ok syn-no-reply", "ok syn-no-reply"},
      {"1 > S 1000\n1.1 < RA 0 ack 1001\n", "ok refused", "ok refused"},
  }));
  CHECK(replay(beside(false, script)).verdicts() == whole);
  CHECK(replay(beside(true, script)).verdicts() == hidden);
}

TEST_CASE("of flows that --lean does not record whole, hidden packets are no silence", "[verdict]") {
  const auto half_open = [](int port) {
    const std::string ends = fmt::format("c 10.0.0.1:{} s 10.0.0.2:443\n", port);
    return fmt::format("0.0 > S 1000 {0}0.1 < SA 5000 ack 1001 {0}1.1 < SA 5000 ack 1001 {0}30 end", ends);
  };
  constexpr int kUnsampled = 40000;
  constexpr int kSampled = 40005;
  const ReplayOptions lean{.recorded = Recorded::lean};
  CHECK(replay(half_open(kUnsampled)).verdicts() == "synack-no-ack");
  CHECK(replay(half_open(kUnsampled), lean).verdicts() == "inconclusive");
  CHECK(replay(half_open(kSampled), lean).verdicts() == "synack-no-ack");
  CHECK(replay(half_open(kSampled), lean).has_note(QualityId::filtered));
  CHECK_FALSE(replay(half_open(kSampled)).has_note(QualityId::filtered));
  const std::string refused =
      "0.0 > S 1000 c 10.0.0.1:40000 s 10.0.0.2:443\n0.1 < RA 0 ack 1001 c 10.0.0.1:40000 s 10.0.0.2:443";
  CHECK(replay(refused, lean).verdicts() == "refused");
}

}  // namespace whydrop
