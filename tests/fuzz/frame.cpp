// Fuzzes dissection: any bytes under any link type are read to an end, and the view keeps its promises.
//
// Input: two bytes link type, one byte that says how much more was on the wire than captured, then the frame.
#include <fmt/core.h>

#include <cstdlib>

#include "dissectors/registry.h"
#include "tests/support/packet_invariants.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  ByteReader in({data, size}, size);
  const auto header = in.take<3>();
  if (!header) return 0;
  Frame frame;
  frame.link_type = LinkType{header.be16<0>()};
  frame.bytes = in.rest();
  frame.wire_len = static_cast<std::uint32_t>(frame.bytes.size() + header.u8<2>());

  PacketView view;
  dissect(dissectors(), frame, view);
  if (view.packet.transport == Transport::tcp) dissect_tcp_payload(dissectors(), frame, view);
  if (const auto broken = broken_promise(view, frame); !broken.empty()) {
    fmt::print(stderr, "broken promise: {}\n", broken);
    std::abort();
  }
  return 0;
}
