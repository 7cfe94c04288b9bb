// Writes a capture for the benchmark, and beside it what must be found in it.
//
//   bench_generate mixed OUT.pcap BYTES SEED     flows that overlap in time, one in twenty failing
//   bench_generate cut OUT.pcap BYTES SEED       the same, each frame cut to 64 bytes
//   bench_generate elephant OUT.pcap PACKETS SEED  a few connections that carry all of them, in full segments
//   bench_generate flood OUT.pcap PACKETS SEED   SYNs, each sent twice, from half as many sources to one silent port
//   bench_generate syns OUT.pcap PACKETS SEED    the same, each sent once: for sending faster than a second goes by
//   bench_generate refusals OUT.pcap PACKETS SEED  connections refused by half as many servers
//
// writes OUT.pcap and OUT.truth.json.
//
//   bench_generate many FOLDER CAPTURES SEED
//
// writes so many mixed captures of some 5 kB, each with the expectation that follows from what was put in, and
// FOLDER.truth.json.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bench/traffic.h"

namespace whydrop {
namespace {

void append_le(Bytes& out, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

class PcapWriter {
 public:
  static constexpr std::size_t kUncut = 262'144;

  explicit PcapWriter(const std::filesystem::path& path, std::size_t snap_len = kUncut)
      : file_(std::fopen(path.c_str(), "wb")), snap_len_(snap_len) {
    append_le(buffer_, 0xa1b2c3d4, 4);
    append_le(buffer_, 0x0004'0002, 4);
    append_le(buffer_, 0, 8);
    append_le(buffer_, snap_len, 4);
    append_le(buffer_, 1, 4);
  }

  void write(Time time, const Bytes& frame) {
    const auto micros = static_cast<std::uint64_t>(time.time_since_epoch().count()) / 1000;
    append_le(buffer_, micros / 1'000'000, 4);
    append_le(buffer_, micros % 1'000'000, 4);
    const auto kept = std::span(frame).first(std::min(frame.size(), snap_len_));
    append_le(buffer_, kept.size(), 4);
    append_le(buffer_, frame.size(), 4);
    buffer_.insert(buffer_.end(), kept.begin(), kept.end());
    ++packets_;
    if (buffer_.size() >= kBuffer) flush();
  }
  bool flush() {
    if (!file_ || std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) is_whole_ = false;
    written_ += buffer_.size();
    buffer_.clear();
    return is_whole_ && std::fflush(file_.get()) == 0;
  }

  std::uint64_t bytes() const { return written_ + buffer_.size(); }
  std::uint64_t packets() const { return packets_; }
  bool is_cut() const { return snap_len_ < kUncut; }

 private:
  static constexpr std::size_t kBuffer = std::size_t{4} << 20U;
  struct Close {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }  // flush() has told
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::size_t snap_len_;
  bool is_whole_ = true;
  Bytes buffer_;
  std::uint64_t written_ = 0;
  std::uint64_t packets_ = 0;
};

/// How many flows tell each story, by Story.
using Told = std::vector<std::uint64_t>;

std::uint64_t bytes_of(const Flow& flow) {
  std::uint64_t sum = 0;
  for (const TimedFrame& frame : flow.frames) sum += frame.bytes.size();
  return sum;
}

/// Starts a flow every 2.5 ms until `size` bytes are written, then lets those that are under way come to their end.
/// Flows of more than `longest` bytes are left out.
class Mixer {
 public:
  Mixer(PcapWriter& out, std::uint64_t size, std::uint64_t seed,
        std::uint64_t longest = std::numeric_limits<std::uint64_t>::max())
      : out_(out), size_(size), longest_(longest), random_(seed) {}

  Told run() {
    constexpr Duration kBetweenFlows = std::chrono::microseconds(2500);
    constexpr Time kStart{std::chrono::seconds(1'767'600'000)};
    Told told(stories().size());
    Time next_start = kStart;
    while (out_.bytes() < size_ || !due_.empty()) {
      if (out_.bytes() < size_ && (due_.empty() || next_start <= due_.top().first)) {
        // Whoever fails late would still be waiting when the capture ends.
        Flow flow = make_flow(flows_++, out_.bytes() < size_ / 5 * 4, random_);
        if (bytes_of(flow) > longest_) continue;
        ++told[static_cast<std::size_t>(flow.story)];
        schedule({.start = next_start, .flow = std::move(flow)});
        next_start += kBetweenFlows;
      } else {
        write_next();
      }
    }
    return told;
  }
  /// When the last packet was written.
  Time last() const { return last_; }

 private:
  struct Active {
    Time start;
    Flow flow;
    std::size_t next = 0;  ///< frame
  };

  void schedule(Active active) {
    std::size_t slot = active_.size();
    if (free_.empty()) {
      active_.push_back(std::move(active));
    } else {
      slot = free_.back();
      free_.pop_back();
      active_[slot] = std::move(active);
    }
    due_.emplace(active_[slot].start, slot);
  }

  void write_next() {
    const auto [time, slot] = due_.top();
    due_.pop();
    Active& active = active_[slot];
    const std::vector<TimedFrame>& frames = active.flow.frames;
    out_.write(time, frames[active.next].bytes);
    last_ = time;
    if (++active.next < frames.size()) due_.emplace(active.start + frames[active.next].at, slot);
    else free_.push_back(slot);
  }

  using Due = std::pair<Time, std::size_t>;  ///< a slot's next frame
  PcapWriter& out_;
  std::uint64_t size_;
  std::uint64_t longest_;
  Random random_;
  Time last_;
  std::uint64_t flows_ = 0;
  std::vector<Active> active_;
  std::vector<std::size_t> free_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

/// The SYN of source number `number`; the same again whenever it is asked for.
Bytes flood_syn(std::uint64_t number, std::uint64_t seed) {
  // An odd factor visits every address once before it comes back to the first.
  const auto source = static_cast<std::uint32_t>(number * 2'654'435'761U);
  const std::string address =
      fmt::format("{}.{}.{}.{}", source >> 24U, source >> 16U & 0xffU, source >> 8U & 0xffU, source & 0xffU);
  Random random(seed + number);
  const auto port = static_cast<std::uint16_t>(random.between(1024, 65535));
  const auto id = static_cast<std::uint16_t>(random.between(1, 65535));
  return packet()
      .ether()
      .ipv4(address, "198.51.100.7")
      .id(id)
      .tcp(port, 443, tcp_flag::syn)
      .seq(random.between(0, ~0U))
      .build();
}

std::string flood(PcapWriter& out, std::uint64_t packets, std::uint64_t seed, bool retried) {
  constexpr Time kStart{std::chrono::seconds(1'767'600'000)};
  constexpr Duration kBetween = std::chrono::microseconds(5);
  constexpr std::uint64_t kUntilRetry = 200'000;  // sources, and one second
  const std::uint64_t sources = retried ? packets / 2 : packets;
  for (std::uint64_t at = 0; at < sources + kUntilRetry; ++at) {
    const Time time = kStart + kBetween * static_cast<std::int64_t>(at);
    if (at < sources) out.write(time, flood_syn(at, seed));
    if (retried && at >= kUntilRetry) out.write(time + kBetween / 2, flood_syn(at - kUntilRetry, seed));
  }
  out.write(kStart + kBetween * static_cast<std::int64_t>(sources + kUntilRetry) + std::chrono::seconds(10),
            packet().ether().ether_payload(0x88cc, {0}).build());
  return fmt::format(
      "{{\"packets\": {}, \"bytes\": {}, \"flows\": {{\"total\": {}, \"failed\": 0}}, "
      "\"verdicts\": {{\"syn-no-reply\": {}}}, \"floods\": 1}}\n",
      out.packets(), out.bytes(), sources, sources);
}

/// SYNs to one server after the other, of which each refuses: as many findings.
std::string refusals(PcapWriter& out, std::uint64_t packets) {
  constexpr Time kStart{std::chrono::seconds(1'767'600'000)};
  constexpr Duration kBetween = std::chrono::microseconds(50);
  constexpr std::uint32_t kSeq = 1000;
  const auto address = [](std::string_view network, std::uint64_t number) {
    return fmt::format("{}.{}.{}", network, number >> 8U & 0xffU, number & 0xffU);
  };
  const std::uint64_t servers = packets / 2;
  for (std::uint64_t at = 0; at < servers; ++at) {
    const std::string client = address(fmt::format("10.{}", at >> 16U), at);
    const std::string server = address(fmt::format("172.{}", 16 + (at >> 16U)), at);
    const Time time = kStart + 2 * kBetween * static_cast<std::int64_t>(at);
    out.write(time, packet().ether().ipv4(client, server).tcp(40000, 443, tcp_flag::syn).seq(kSeq).build());
    out.write(
        time + kBetween,
        packet().ether().ipv4(server, client).tcp(443, 40000, tcp_flag::rst | tcp_flag::ack).ack(kSeq + 1).build());
  }
  return fmt::format(
      "{{\"packets\": {}, \"bytes\": {}, \"flows\": {{\"total\": {}, \"failed\": {}}}, "
      "\"verdicts\": {{\"refused\": {}}}}}\n",
      out.packets(), out.bytes(), servers, servers, servers);
}

/// A few connections, side by side, until `packets` are written.
std::string elephant(PcapWriter& out, std::uint64_t packets, std::uint64_t seed) {
  constexpr Time kStart{std::chrono::seconds(1'767'600'000)};
  constexpr std::size_t kFlows = 4;
  Random random(seed);
  std::vector<Download> downloads;
  for (std::size_t at = 0; at < kFlows; ++at) downloads.emplace_back(at, random);
  Time time = kStart;
  for (bool last = false; !last;) {
    last = out.packets() + 6 * kFlows > packets;
    for (Download& download : downloads) {
      for (const Bytes& frame : download.next(last)) out.write(time += std::chrono::microseconds(10), frame);
    }
  }
  return fmt::format(
      "{{\"packets\": {}, \"bytes\": {}, \"flows\": {{\"total\": {}, \"failed\": 0}}, \"verdicts\": {{}}}}\n",
      out.packets(), out.bytes(), kFlows);
}

std::string truth(const Told& told, const PcapWriter& out) {
  std::map<std::string_view, std::uint64_t> verdicts;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < told.size(); ++i) {
    // What a cut error quotes has no ports: nobody can tell whose SYN it answers.
    const bool unseen = out.is_cut() && static_cast<Story>(i) == Story::unreachable;
    verdicts[stories()[static_cast<std::size_t>(unseen ? Story::syn_dropped : static_cast<Story>(i))].verdict] +=
        told[i];
    total += told[i];
  }
  std::string text =
      fmt::format("{{\"packets\": {}, \"bytes\": {}, \"flows\": {{\"total\": {}, \"failed\": {}}}, \"verdicts\": {{",
                  out.packets(), out.bytes(), total, total - verdicts["ok"]);
  const char* comma = "";
  for (const auto& [verdict, count] : verdicts) {
    text += fmt::format("{}\"{}\": {}", std::exchange(comma, ", "), verdict, count);
  }
  return text + "}}\n";
}

/// What `whydrop corpus` must find in a capture of these flows.
std::string expectation(const Told& told) {
  std::map<std::string_view, std::uint64_t> verdicts;
  for (std::size_t i = 0; i < told.size(); ++i) verdicts[stories()[i].verdict] += told[i];
  verdicts.erase("ok");
  std::string findings;
  std::string absent;
  bool several = false;
  for (const auto& [verdict, count] : verdicts) {
    if (count == 0) {
      absent += fmt::format("{}{}", absent.empty() ? "" : ", ", verdict);
      continue;
    }
    findings += fmt::format("  - verdict: {}\n", verdict);
    if (count == 1) findings += "    count: 1\n";
    several = several || count > 1;  // of different servers, perhaps: then each is a finding
  }
  return fmt::format("findings:{}{}\n{}{}", findings.empty() ? " none" : "\n", findings,
                     absent.empty() ? "" : fmt::format("absent: [{}]\n", absent),
                     several ? "allow_others: true\n" : "");
}

bool many(const std::filesystem::path& folder, std::uint64_t captures, std::uint64_t seed) {
  constexpr std::uint64_t kSize = 1200;  // and the rest of what had begun
  constexpr std::uint64_t kLongest = 2000;
  std::filesystem::create_directories(folder);
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  for (std::uint64_t at = 0; at < captures; ++at) {
    const std::filesystem::path path = folder / fmt::format("{:04}.pcap", at);
    PcapWriter out(path);
    Mixer mixer(out, kSize, seed + at, kLongest);
    const Told told = mixer.run();
    // Long behind the last packet, so that its silence counts.
    out.write(mixer.last() + std::chrono::minutes(1), packet().ether().ether_payload(0x88cc, {0}).build());
    if (!out.flush()) return false;
    std::ofstream(std::filesystem::path(path).replace_extension(".expect.yaml")) << expectation(told);
    packets += out.packets();
    bytes += out.bytes();
  }
  std::ofstream(folder.string() + ".truth.json")
      << fmt::format("{{\"captures\": {}, \"packets\": {}, \"bytes\": {}}}\n", captures, packets, bytes);
  return true;
}

}  // namespace
}  // namespace whydrop

int main(int argc, char** argv) {
  const auto words = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
  const std::vector<std::string> arguments(words.begin(), words.end());
  if (arguments.size() != 4) {
    fmt::print(stderr,
               "usage: bench_generate mixed|cut|elephant|flood|syns|refusals|many OUT BYTES|PACKETS|CAPTURES SEED\n");
    return 2;
  }
  const std::uint64_t amount = std::stoull(arguments[2]);
  const std::uint64_t seed = std::stoull(arguments[3]);
  std::filesystem::path path = arguments[1];
  if (arguments[0] == "many") return whydrop::many(path, amount, seed) ? 0 : 1;
  constexpr std::size_t kCut = 64;
  whydrop::PcapWriter out(path, arguments[0] == "cut" ? kCut : whydrop::PcapWriter::kUncut);
  const bool retried = arguments[0] == "flood";
  const std::string truth = retried || arguments[0] == "syns" ? whydrop::flood(out, amount, seed, retried)
                            : arguments[0] == "elephant"      ? whydrop::elephant(out, amount, seed)
                            : arguments[0] == "refusals"      ? whydrop::refusals(out, amount)
                                                         : whydrop::truth(whydrop::Mixer(out, amount, seed).run(), out);
  const bool is_written = out.flush();
  std::ofstream(path.replace_extension(".truth.json")) << truth;
  return is_written ? 0 : 1;
}
