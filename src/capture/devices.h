// What can be captured from: names, as libpcap knows them, and as people write them.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "src/core/error.h"

namespace whydrop {

struct Device {
  std::string name;
  std::string about;  ///< "up, running", and libpcap's description where it has one
};

/// In libpcap's order, which is that of `tcpdump -D`: the number of a device is its place, from 1.
std::expected<std::vector<Device>, Error> capture_devices();

/// The device's name for a name or a number; what is neither is an error that says what was meant, perhaps.
std::expected<std::string, Error> device_named(const std::string& word, const std::vector<Device>& devices);

}  // namespace whydrop
