// The ClientHello inside a QUIC client's Initial packet.
#pragma once

#include <cstdint>
#include <span>

#include "dissectors/app/quic_initial_keys.h"
#include "src/wire/byte_reader.h"
#include "src/wire/packet_view.h"

namespace whydrop {

/// Reads server name and application protocol into `app`, where these keys open the packet. `in` stands at the packet
/// number and ends with the packet, `header` is what lies before it.
void read_quic_hello(ByteReader in, std::span<const std::uint8_t> header, const QuicInitialKeys& keys,
                     ApplicationFacts& app);

}  // namespace whydrop
