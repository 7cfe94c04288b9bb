// Which datagram a fragment belongs to, and what is missing.
#include "src/flow/fragments.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "src/core/hash.h"

namespace whydrop {
namespace {

std::uint64_t hash_of(const IpFacts& ip) {
  const auto [src_first, src_second] = ip.src.words();
  const auto [dst_first, dst_second] = ip.dst.words();
  const std::uint64_t rest = std::uint64_t{ip.id} << 8U | ip.protocol;
  return hash_mix(hash_mix(src_first ^ rest, src_second), hash_mix(dst_first, dst_second));
}

bool is_same(const Datagram& datagram, const IpFacts& ip) {
  return datagram.id == ip.id && datagram.protocol == ip.protocol && datagram.src == ip.src && datagram.dst == ip.dst;
}

}  // namespace

Datagram& Fragments::place_for(const IpFacts& ip, Time now) {
  if (datagrams_.empty()) datagrams_.resize(kSets * kWays);
  const auto set = std::span(datagrams_).subspan(hash_of(ip) % kSets * kWays, kWays);
  const auto known = std::ranges::find_if(set, [&](const Datagram& one) { return is_same(one, ip); });
  if (known != set.end() && now - known->last < kReassembly) return *known;
  Datagram& place = known != set.end() ? *known : *std::ranges::min_element(set, {}, [](const Datagram& one) {
    return std::pair(one.is_open(), one.last);
  });
  if (place.is_open()) lost_(place);
  place = Datagram{.src = ip.src, .dst = ip.dst, .id = ip.id, .protocol = ip.protocol, .first = now};
  return place;
}

Datagram& Fragments::add(const Packet& packet) {
  const IpFacts& ip = packet.facts().ip;
  Datagram& datagram = place_for(ip, packet.time());
  const bool again = datagram.received != 0 && datagram.last_offset == ip.fragment_offset;  // a copy by the capture
  if (!again) datagram.received += ip.fragment_len;
  if (!ip.more_fragments) datagram.total = std::uint32_t{ip.fragment_offset} + ip.fragment_len;
  datagram.last_offset = ip.fragment_offset;
  datagram.last = packet.time();
  datagram.last_packet = packet.ref();
  return datagram;
}

void Fragments::give_up(Time then) {
  for (Datagram& datagram : datagrams_) {
    if (datagram.is_open() && datagram.last < then) lost_(std::exchange(datagram, {}));
  }
}

std::vector<Datagram> Fragments::open() const {
  std::vector<Datagram> open;
  std::ranges::copy_if(datagrams_, std::back_inserter(open), [](const Datagram& one) { return one.is_open(); });
  return open;
}

void Fragments::restore(const Datagram& datagram) {
  IpFacts ip;
  ip.src = datagram.src;
  ip.dst = datagram.dst;
  ip.id = datagram.id;
  ip.protocol = datagram.protocol;
  Datagram& place = place_for(ip, datagram.last);
  const Datagram before = std::exchange(place, datagram);
  if (before.received == 0) return;
  place.received += before.received;
  place.total = std::max(before.total, datagram.total);
  place.first = before.first;
  if (!before.has_first) return;
  place.has_first = true;
  place.flow = before.flow;
  place.flow_hash = before.flow_hash;
  place.sender = before.sender;
}

}  // namespace whydrop
