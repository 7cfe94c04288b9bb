// What the drop tracer's part in the kernel and its part in this program hand each other: read as C by the one
// (tracer.bpf.c), as C++ by the other. Fixed widths, no padding that is not named.
#pragma once

#include <stdint.h>

/// Of a dropped packet, from its network header on: enough for IPv6 with extensions and TCP with options.
#define WHYDROP_DROP_BYTES 128
/// CPUs that count apart; more of them share their counts.
#define WHYDROP_DROP_CPUS 256

struct whydrop_drop {
  uint64_t time;      ///< nanoseconds of CLOCK_MONOTONIC
  uint64_t location;  ///< address in the kernel that gave the packet up
  uint32_t reason;    ///< of the running kernel's enum skb_drop_reason; 0 where it gives none
  uint32_t wire_len;  ///< from the network header on
  uint16_t captured;  ///< of `bytes`
  uint16_t reserved[3];
  uint8_t bytes[WHYDROP_DROP_BYTES];
};

/// What is known when the program is loaded, and constant to the kernel's verifier from then on.
struct whydrop_drop_settings {
  uint32_t network_namespace;  ///< inode of the one whose drops count
  uint32_t has_reason;         ///< the tracepoint's third argument is there (Linux 5.17)
  uint32_t has_socket;         ///< and its fourth, the receiving socket (Linux 6.11)
  uint32_t not_dropped;        ///< the two reasons that stand for no drop
  uint32_t consumed;
};

/// Of one CPU; a cache line of its own.
struct whydrop_drop_cpu {
  uint64_t period;  ///< number of the period in which `told` is counted
  uint64_t told;    ///< drops that were handed on in it
  uint64_t lost;    ///< drops that were not handed on, since the program was loaded
  uint64_t reserved[5];
};
