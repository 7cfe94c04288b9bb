// The body of a TLS ClientHello (RFC 8446, 4.1.2), as TLS over TCP and QUIC carry it.
#pragma once

#include "src/wire/byte_reader.h"
#include "src/wire/packet_view.h"

namespace whydrop {

/// Reads the server name (RFC 6066) into `app.name` and the first application protocol (ALPN, RFC 7301) into
/// `app.word`. What was read before a stop stays; a name is whole or not there.
StopReason read_client_hello(ByteReader& in, ApplicationFacts& app);

}  // namespace whydrop
