// What any reader pays: libpcap's own loop over a capture file, packets and captured bytes summed up.
// The yardstick of tests/bench/bench.py; never changed, so that figures stay comparable.
#include <fmt/core.h>
#include <pcap/pcap.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <span>

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) return 2;
  const auto start = std::chrono::steady_clock::now();
  std::array<char, PCAP_ERRBUF_SIZE> problem{};
  pcap_t* capture = pcap_open_offline(arguments[1], problem.data());
  if (capture == nullptr) return 1;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  unsigned long long packets = 0;
  unsigned long long bytes = 0;
  while (pcap_next_ex(capture, &header, &data) == 1) {
    packets += 1;
    bytes += header->caplen;
  }
  pcap_close(capture);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  fmt::print("{} {} {:.6f}\n", packets, bytes, passed.count());
  return 0;
}
