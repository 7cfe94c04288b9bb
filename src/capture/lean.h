// What `--lean` leaves to the kernel to throw away, on links that are too fast to be watched whole.
#pragma once

#include <string>

namespace whydrop {

/// In pcap-filter(7) syntax: SYN, FIN and RST of every TCP connection, all of the connections and UDP flows in the
/// sample (core/sampling.h), UDP to and from system ports, QUIC's first packets, ICMP, ARP, fragments and what is
/// neither TCP nor UDP; but no tunnels, whose carriers cannot be told apart by their ports.
std::string lean_filter();

/// Bytes of a packet that verdicts need: headers, and the first words of an application.
inline constexpr unsigned kLeanSnapLen = 512;

}  // namespace whydrop
