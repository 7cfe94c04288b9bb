// One dump of one table of the kernel into one list of the snapshot.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/host/netlink.h"
#include "src/host/readers.h"

namespace whydrop {

/// What `entry_in` makes of the body of each message of type `answer`. Returns what is missing and why, or nothing.
template <typename Entry, typename EntryIn>
std::string dump_into(std::vector<Entry>& list, const NetlinkRequest& request, std::uint16_t answer,
                      const EntryIn& entry_in) {
  bool room = true;
  std::string wrong = dump(request, [&](const NetlinkMessage& message) {
    auto entry = message.type == answer ? entry_in(message.body) : std::nullopt;
    if (entry) room = keep(list, std::move(*entry));
    return room;
  });
  return room ? wrong : too_many();
}

}  // namespace whydrop
