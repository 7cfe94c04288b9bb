// Fixed headers of capture files, which are written in the byte order of the machine that captured.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/wire/byte_reader.h"

namespace whydrop {

enum class ByteOrder : std::uint8_t { little, big };

template <std::size_t N>
class OrderedHeader {
 public:
  constexpr OrderedHeader(Header<N> header, ByteOrder order) : header_(header), big_(order == ByteOrder::big) {}

  constexpr explicit operator bool() const { return static_cast<bool>(header_); }

  template <std::size_t At>
  std::uint16_t u16() const {
    return big_ ? header_.template be16<At>() : header_.template le16<At>();
  }
  template <std::size_t At>
  std::uint32_t u32() const {
    return big_ ? header_.template be32<At>() : header_.template le32<At>();
  }
  template <std::size_t At>
  std::uint64_t u64() const {
    return big_ ? std::uint64_t{u32<At>()} << 32U | u32<At + 4>() : std::uint64_t{u32<At + 4>()} << 32U | u32<At>();
  }

 private:
  Header<N> header_;
  bool big_;
};

}  // namespace whydrop
