// What dissection found, as lines of text: what fixtures expect, and what a failed test shows.
#pragma once

#include <string>

#include "src/wire/dissector.h"

namespace whydrop {

/// One fact group a line, only those that are there: layers, stop, link, tunnel, witness, the packet, its application,
/// and the packet that it quotes.
std::string described(const DissectorTable& table, const PacketView& view);

}  // namespace whydrop
