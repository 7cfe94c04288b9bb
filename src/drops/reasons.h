// Names of the reasons for which the running kernel drops packets. No number stands here: they change with every
// kernel.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace whydrop {

/// Enumerators of the kernel by value.
using ReasonNames = std::map<std::uint32_t, std::string>;

class DropReasons {
 public:
  /// `core`: enum skb_drop_reason; `of_subsystems`: what modules add to it.
  DropReasons(ReasonNames core, ReasonNames of_subsystems);

  /// "NETFILTER_DROP"; "subsystem 3, number 7" or "number 300" where no enumerator has that value. As good as the
  /// object.
  std::string_view name(std::uint32_t reason);
  /// Value of the enumerator of this full name.
  std::optional<std::uint32_t> number(std::string_view enumerator) const;

 private:
  ReasonNames core_;
  ReasonNames names_;  ///< as they are told
};

}  // namespace whydrop
