// What a host knows of its network, for programs: one JSON object of schema whydrop-host/1
// (whydrop-host-1.schema.json).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "src/core/error.h"
#include "src/host/snapshot.h"

namespace whydrop {

/// ASCII, indented, with a newline at its end.
std::string host_json(const HostSnapshot& host);

/// What `host_json` wrote. Nothing in `text` is believed: types, ranges and the lengths of lists are checked, and the
/// error, whose path is `path`, names the first member that is wrong.
std::expected<HostSnapshot, Error> host_in_json(std::string_view text, const std::string& path);

}  // namespace whydrop
