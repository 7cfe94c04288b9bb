// libpcap's names for link types. Only for files that see <pcap/pcap.h>.
#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <memory>

#include "src/wire/frame.h"

namespace whydrop {

/// libpcap speaks in DLT_ values, which differ from LINKTYPE_ for the oldest types.
inline LinkType link_type_of(int dlt) {
  constexpr LinkType kRaw{101};
  return dlt == DLT_RAW ? kRaw : LinkType{static_cast<std::uint16_t>(dlt)};
}

inline int dlt_of(LinkType type) {
  constexpr LinkType kRaw{101};
  return type == kRaw ? DLT_RAW : static_cast<int>(type);
}

struct CloseCapture {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};
using PcapHandle = std::unique_ptr<pcap_t, CloseCapture>;

}  // namespace whydrop
