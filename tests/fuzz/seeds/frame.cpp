// Writes the sample packets as inputs of the frame fuzzer, into the folder that is named.
#include <cctype>
#include <fstream>
#include <span>
#include <string>

#include "tests/support/packet_samples.h"

namespace {

std::string file_name(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '-';
  }
  return name;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace whydrop;
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) return 2;
  for (const PacketSample& sample : packet_samples()) {
    Bytes input;
    packet_layer::append_u16(input, static_cast<std::uint16_t>(sample.link_type));
    input.push_back(0);
    packet_layer::append(input, sample.bytes);
    std::ofstream file(std::string(arguments[1]) + "/" + file_name(sample.name), std::ios::binary);
    for (const std::uint8_t byte : input) file.put(static_cast<char>(byte));
    if (!file.flush()) return 1;
  }
  return 0;
}
