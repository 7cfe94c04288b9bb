// Reads /proc/kallsyms. A kernel has 100,000 functions and more: 4 MB here, and a tenth of a second.
#include "src/drops/symbols.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace whydrop {
namespace {

/// What is farther from the last function's beginning than this lies in none that has a name.
constexpr std::uint64_t kLargestFunction = std::uint64_t{1} << 20U;

bool is_function(char type) { return type == 't' || type == 'T' || type == 'w' || type == 'W'; }

}  // namespace

void KernelSymbols::add(std::string_view line) {
  Symbol symbol;
  const auto [end, failed] =
      std::from_chars(std::to_address(line.cbegin()), std::to_address(line.cend()), symbol.address, 16);
  if (failed != std::errc() || symbol.address == 0) return;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.size() < 4 || line[0] != ' ' || !is_function(line[1]) || line[2] != ' ') return;
  line.remove_prefix(3);
  const std::string_view name = line.substr(0, std::min(line.find_first_of(" \t."), line.size()));
  if (name.empty()) return;
  symbol.name = static_cast<std::uint32_t>(names_.size());
  symbol.length = static_cast<std::uint32_t>(name.size());
  names_ += name;
  symbols_.push_back(symbol);
}

void KernelSymbols::sort() {
  std::ranges::stable_sort(symbols_, {}, &Symbol::address);
  symbols_.shrink_to_fit();
  names_.shrink_to_fit();
}

std::string_view KernelSymbols::at(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  if (after == symbols_.begin()) return "";
  const Symbol& symbol = *std::prev(after);
  if (address - symbol.address > kLargestFunction) return "";
  return std::string_view(names_).substr(symbol.name, symbol.length);
}

KernelSymbols KernelSymbols::read() {
  KernelSymbols symbols;
  const int file = ::open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
  if (file < 0) return symbols;
  std::array<char, 65536> piece{};
  std::string rest;
  for (ssize_t got = 0; (got = ::read(file, piece.data(), piece.size())) > 0;) {
    rest.append(piece.data(), static_cast<std::size_t>(got));
    std::string_view lines = rest;
    for (std::size_t end = 0; (end = lines.find('\n')) != std::string_view::npos; lines.remove_prefix(end + 1)) {
      symbols.add(lines.substr(0, end));
    }
    rest.erase(0, rest.size() - lines.size());
  }
  ::close(file);
  symbols.sort();
  return symbols;
}

}  // namespace whydrop
