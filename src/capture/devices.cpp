// libpcap's list of devices.
#include "src/capture/devices.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string_view>

#include "src/core/text.h"

namespace whydrop {
namespace {

struct FreeDevices {
  void operator()(pcap_if_t* devices) const { pcap_freealldevs(devices); }
};

std::string about(const pcap_if_t& device) {
  std::string text;
  const auto add = [&](bool holds, std::string_view word) {
    if (holds) text += (text.empty() ? "" : ", ") + std::string(word);
  };
  add((device.flags & PCAP_IF_UP) != 0, "up");
  add((device.flags & PCAP_IF_RUNNING) != 0, "running");
  add((device.flags & PCAP_IF_LOOPBACK) != 0, "loopback");
  if (device.description != nullptr) add(true, device.description);
  return text;
}

/// 0 where `word` is no number.
std::size_t number_in(const std::string& word) {
  std::size_t number = 0;
  const char* const end = std::to_address(word.cend());
  const auto [rest, failed] = std::from_chars(word.data(), end, number);
  return failed == std::errc() && rest == end ? number : 0;
}

}  // namespace

std::expected<std::vector<Device>, Error> capture_devices() {
  std::array<char, PCAP_ERRBUF_SIZE> problem{};
  pcap_if_t* first = nullptr;
  if (pcap_findalldevs(&first, problem.data()) != 0) {
    return std::unexpected(Error{"the list of interfaces", problem.data(), "", "name one with -i"});
  }
  const std::unique_ptr<pcap_if_t, FreeDevices> owner(first);
  std::vector<Device> devices;
  for (const pcap_if_t* device = first; device != nullptr; device = device->next) {
    devices.push_back({.name = device->name, .about = about(*device)});
  }
  return devices;
}

std::expected<std::string, Error> device_named(const std::string& word, const std::vector<Device>& devices) {
  if (std::ranges::find(devices, word, &Device::name) != devices.end()) return word;
  if (const std::size_t number = number_in(word); number != 0 && number <= devices.size()) {
    return devices[number - 1].name;
  }
  std::vector<std::string_view> names;
  names.reserve(devices.size());
  for (const Device& device : devices) names.push_back(device.name);
  const std::string near = nearest(word, names);
  return std::unexpected(Error{word, "there is no such interface", "",
                               near.empty() ? "whydrop live -D lists what there is" : "did you mean '" + near + "'?"});
}

}  // namespace whydrop
