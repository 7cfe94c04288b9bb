// Numbers that a kernel wrote in the order of bytes of its own machine, which need not be that of the file nor ours.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/wire/byte_reader.h"

namespace whydrop {

class HostOrder {
 public:
  /// The number at At is small: the order in which it is smaller is the one that was meant.
  template <std::size_t At, std::size_t N>
  static HostOrder of_small(const Header<N>& header) {
    return HostOrder(header.template le32<At>() <= header.template be32<At>());
  }
  static HostOrder little(bool is_little) { return HostOrder(is_little); }

  template <std::size_t At, std::size_t N>
  std::uint16_t u16(const Header<N>& header) const {
    return little_ ? header.template le16<At>() : header.template be16<At>();
  }
  template <std::size_t At, std::size_t N>
  std::uint32_t u32(const Header<N>& header) const {
    return little_ ? header.template le32<At>() : header.template be32<At>();
  }

 private:
  explicit HostOrder(bool little) : little_(little) {}

  bool little_;
};

}  // namespace whydrop
