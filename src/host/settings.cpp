// Sysctls that decide what becomes of packets.
#include "src/host/readers.h"

namespace whydrop {

/// A setting that a kernel does not have, or hides from a namespace, is no gap: it is unknown by itself.
std::string read_settings(HostSnapshot& host) {
  for (std::size_t at = 0; at < kHostSettings.size(); ++at) {
    host.settings.at(at) = file_number(setting_path(kHostSettings.at(at)));
  }
  for (HostInterface& interface : host.interfaces) {
    // The name may hold dots (eth0.5), which must not become folders.
    const std::string path = "/proc/sys/net/ipv4/conf/" + interface.name + "/rp_filter";
    interface.reverse_path_filter = file_number(path).value_or(0);
  }
  return "";
}

}  // namespace whydrop
