// The drop tracer's part in the kernel: hands on the headers of each packet that this network namespace drops.
//
// It runs wherever the kernel gives up a packet, so its work is bounded: a few reads, one copy of 128 bytes, and no more
// than kMostInPeriod of these on one CPU in about an eighth of a second; what goes beyond is only counted. It wakes
// nobody: the program looks into the ring by itself.
//
// Kernel structures are described as far as they are read. Where the members really lie, libbpf finds out from the
// running kernel's type information (CO-RE), when it loads this program.
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "src/drops/shared.h"

#define READ_WHERE_IT_LIES __attribute__((preserve_access_index))

struct ns_common {
  unsigned int inum;
} READ_WHERE_IT_LIES;

struct net {
  struct ns_common ns;
} READ_WHERE_IT_LIES;

typedef struct {
  struct net* net;
} READ_WHERE_IT_LIES possible_net_t;

struct net_device {
  possible_net_t nd_net;
} READ_WHERE_IT_LIES;

struct sock_common {
  possible_net_t skc_net;
} READ_WHERE_IT_LIES;

struct sock {
  struct sock_common __sk_common;
} READ_WHERE_IT_LIES;

struct dst_entry {
  struct net_device* dev;
} READ_WHERE_IT_LIES;

struct sk_buff {
  struct net_device* dev;
  struct sock* sk;
  unsigned long _skb_refdst;
  unsigned int len;
  __be16 protocol;
  __u16 network_header;
  unsigned int tail;
  unsigned char* head;
  unsigned char* data;
} READ_WHERE_IT_LIES;

enum {
  kMostInPeriod = 512,
  kPeriodBits = 27,  // 134 ms, in nanoseconds
  kProtocolIp4 = 0x0800,
  kProtocolIp6 = 0x86dd,
  kRing = 1 << 20,  // bytes: 6,000 drops
};

const volatile struct whydrop_drop_settings settings = {};

struct whydrop_drop_cpu cpus[WHYDROP_DROP_CPUS] = {};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, kRing);
} ring SEC(".maps");

/// Where the packet is. The socket that was to receive it knows best; a socket that sent it may be in another namespace
/// of this host, so that it is asked only where there is no device (packets of our own that have none yet). Devices
/// share their place in the packet with other things; what is read through those is nobody's namespace.
static __always_inline struct net* namespace_of(struct sk_buff* skb, struct sock* receiver) {
  if (receiver) return BPF_CORE_READ(receiver, __sk_common.skc_net.net);
  struct net_device* device = BPF_CORE_READ(skb, dev);
  if (device) return BPF_CORE_READ(device, nd_net.net);
  struct sock* sender = BPF_CORE_READ(skb, sk);
  if (sender) return BPF_CORE_READ(sender, __sk_common.skc_net.net);
  if (!bpf_core_field_exists(struct dst_entry, dev)) return 0;
  const struct dst_entry* way = (const struct dst_entry*)(BPF_CORE_READ(skb, _skb_refdst) & ~1UL);
  return way ? BPF_CORE_READ(way, dev, nd_net.net) : 0;
}

static __always_inline int is_ip(struct sk_buff* skb) {
  const __u16 protocol = __builtin_bswap16(BPF_CORE_READ(skb, protocol));
  return protocol == kProtocolIp4 || protocol == kProtocolIp6;
}

/// Whether this CPU may hand on one more.
static __always_inline int within_budget(struct whydrop_drop_cpu* cpu, __u64 now) {
  const __u64 period = now >> kPeriodBits;
  if (cpu->period != period) {
    cpu->period = period;
    cpu->told = 0;
  }
  return cpu->told++ < kMostInPeriod;
}

static __always_inline void copy_headers(struct sk_buff* skb, struct whydrop_drop* drop) {
  unsigned char* const head = BPF_CORE_READ(skb, head);
  const __u32 start = BPF_CORE_READ(skb, network_header);
  const __u32 end = BPF_CORE_READ(skb, tail);
  __u32 length = end > start ? end - start : 0;
  if (length > WHYDROP_DROP_BYTES) length = WHYDROP_DROP_BYTES;
  // What lies beyond is not cleared: nobody reads it, and it is this ring's own.
  if (bpf_probe_read_kernel(drop->bytes, length, head + start) != 0) length = 0;
  drop->captured = (__u16)length;
  const __s64 taken_off = BPF_CORE_READ(skb, data) - (head + start);
  drop->wire_len = (__u32)(BPF_CORE_READ(skb, len) + taken_off);
}

static __always_inline int hand_on(struct sk_buff* skb, __u64 location, __u32 reason, __u64 now) {
  struct whydrop_drop* drop = bpf_ringbuf_reserve(&ring, sizeof(*drop), 0);
  if (!drop) return 0;
  drop->time = now;
  drop->location = location;
  drop->reason = reason;
  copy_headers(skb, drop);
  bpf_ringbuf_submit(drop, BPF_RB_NO_WAKEUP);
  return 1;
}

SEC("raw_tp/kfree_skb")
int on_drop(struct bpf_raw_tracepoint_args* arguments) {
  struct sk_buff* skb = (struct sk_buff*)arguments->args[0];
  // A kernel whose tracepoint has fewer arguments never sees these reads: settings are constants to its verifier.
  const __u32 reason = settings.has_reason ? (__u32)arguments->args[2] : 0;
  if (settings.has_reason && (reason == settings.not_dropped || reason == settings.consumed)) return 0;
  struct sock* receiver = settings.has_socket ? (struct sock*)arguments->args[3] : 0;
  if (!is_ip(skb)) return 0;
  struct net* net = namespace_of(skb, receiver);
  if (!net || BPF_CORE_READ(net, ns.inum) != settings.network_namespace) return 0;

  struct whydrop_drop_cpu* cpu = &cpus[bpf_get_smp_processor_id() & (WHYDROP_DROP_CPUS - 1)];
  const __u64 now = bpf_ktime_get_ns();
  if (!within_budget(cpu, now) || !hand_on(skb, arguments->args[1], reason, now)) ++cpu->lost;
  return 0;
}

/// It calls helpers of the kernel that are for programs under the GPL, and so this file is under either.
const char terms[] SEC("license") = "Dual MIT/GPL";
