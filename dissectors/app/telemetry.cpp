// What is sent to collectors and never answered: NetFlow (RFC 3954) and IPFIX (RFC 7011), sFlow (sflow.org, version 5),
// statsd.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

Step told(std::uint32_t version, PacketView& view) {
  begin_message(view, ApplicationFacts::Role::other).kind = static_cast<std::uint16_t>(version);
  return Step::done();
}

}  // namespace

Step dissect_netflow(ByteReader& in, PacketView& view) {
  const auto header = in.take<16>();
  if (!header) return not_this_protocol(in);
  const std::uint16_t version = header.be16<0>();
  return version == 5 || version == 9 || version == 10 ? told(version, view) : Step::done();
}

Step dissect_sflow(ByteReader& in, PacketView& view) {
  const auto header = in.take<8>();  // version, and whether the agent has an IPv4 or IPv6 address
  if (!header) return not_this_protocol(in);
  const std::uint32_t version = header.be32<0>();
  const bool has_address = header.be32<4>() == 1 || header.be32<4>() == 2;
  return has_address && (version == 4 || version == 5) ? told(version, view) : Step::done();
}

/// "name:value|type"
Step dissect_statsd(ByteReader& in, PacketView& view) {
  const bool is_cut = in.captured() < in.claimed();
  const Text line = take_line(in).text;
  const Text name = before(line, ':');
  if (!std::ranges::all_of(line, is_printable)) return Step::done();
  if (name.size() == line.size() || before(line, '|').size() == line.size())
    return is_cut ? Step(StopReason::cut) : Step::done();
  return told(0, view);
}

}  // namespace whydrop
