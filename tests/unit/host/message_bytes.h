// Netlink messages made by hand, as the kernel would send them, or not quite.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "src/host/netlink.h"

namespace whydrop {

using Bytes = std::vector<std::uint8_t>;

inline void pad(Bytes& bytes) { bytes.resize((bytes.size() + 3) / 4 * 4); }

template <typename T>
Bytes as_bytes(const T& value) {
  const NetlinkBytes bytes = bytes_of(value);
  return {bytes.begin(), bytes.end()};
}

/// A structure and behind it attributes.
class Message {
 public:
  template <typename T>
  explicit Message(const T& header) : bytes_(as_bytes(header)) {
    pad(bytes_);
  }

  Message& with(int type, const Bytes& value) {
    const nlattr header{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + value.size()),
                        .nla_type = static_cast<std::uint16_t>(type)};
    const Bytes head = as_bytes(header);
    bytes_.insert(bytes_.end(), head.begin(), head.end());
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    pad(bytes_);
    return *this;
  }
  Message& with(int type, std::uint32_t value) { return with(type, as_bytes(value)); }
  Message& with(int type, std::string_view text) {
    Bytes value(text.begin(), text.end());
    value.push_back(0);
    return with(type, value);
  }
  Message& with(int type, const IpAddress& address) {
    const auto bytes = address.family_bytes();
    return with(type, Bytes(bytes.begin(), bytes.end()));
  }

  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

inline IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

}  // namespace whydrop
