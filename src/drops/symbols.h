// The kernel's functions by address, from /proc/kallsyms: read once, while we may, and kept small.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whydrop {

class KernelSymbols {
 public:
  /// The running kernel's; none where it hides addresses (kernel.kptr_restrict, or no privilege).
  static KernelSymbols read();

  /// "ffffffff81f653d0 T nft_do_chain [nf_tables]". What is no function, or has no address, is passed over.
  void add(std::string_view line);
  /// After the last line, before the first question.
  void sort();

  bool empty() const { return symbols_.empty(); }
  /// The function that `address` lies in, without what the compiler adds (".isra.0"); empty where none is near.
  std::string_view at(std::uint64_t address) const;

 private:
  struct Symbol {
    std::uint64_t address = 0;
    std::uint32_t name = 0;  ///< where it begins
    std::uint32_t length = 0;
  };

  std::vector<Symbol> symbols_;
  std::string names_;
};

}  // namespace whydrop
