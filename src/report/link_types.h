// Names of link types, as https://www.tcpdump.org/linktypes.html lists them.
#pragma once

#include <string>

#include "src/wire/frame.h"

namespace whydrop {

/// "ethernet", "linux-sll2"; "linktype-999" for one without a name here.
std::string link_type_name(LinkType type);

}  // namespace whydrop
