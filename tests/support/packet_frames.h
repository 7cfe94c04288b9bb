// Fixtures of dissectors: frames as hexadecimal text with what must be found in them, in tests/frames/NAME.txt.
//
//   # VXLAN (RFC 7348)
//   good a SYN in VNI 42
//   link 1
//   0202 0202 0202 0202 0202 0201 0800 ...     bytes, in any grouping, over as many lines as they need
//   = layers eth:ip:udp:vxlan:eth:ip:tcp       what packet_text.h says of it, line by line
//   = ...
//
//   lying a length below its own header
//   link 1
//   wire 1500                                  on the wire, where less was captured
//   0202 ...
//   = ...
//
// A `good` frame is dissected without a stop, and every one of its prefixes is "cut"; a `lying` one is whatever its
// lines say. `link` stays as it is until it is said anew.
#pragma once

#include <string>
#include <vector>

#include "src/wire/frame.h"
#include "tests/support/packet_layers.h"

namespace whydrop {

struct FrameFixture {
  std::string name;  ///< "vxlan: a SYN in VNI 42"
  bool good = false;
  LinkType link_type{};
  std::size_t wire_len = 0;  ///< 0: captured whole
  Bytes bytes;
  std::string expected;
};

/// All fixtures, by file name. Throws std::logic_error with file and line for what it does not understand.
std::vector<FrameFixture> frame_fixtures();

}  // namespace whydrop
