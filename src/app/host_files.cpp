// Reads snapshots of hosts.
#include "src/app/host_files.h"

#include <array>
#include <cerrno>
#include <expected>
#include <fstream>
#include <system_error>
#include <utility>

#include "src/app/console.h"
#include "src/report/host_json.h"

namespace whydrop {
namespace {

std::expected<std::string, Error> text_of_file(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{64} << 20U;
  const auto failure = [&](std::string what) {
    return std::unexpected(Error{path, std::move(what), "", "name what whydrop snapshot printed"});
  };
  const auto reason = [] { return std::system_category().message(errno); };
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure(reason());
  std::string text;
  std::array<char, 65536> piece{};
  while (text.size() <= kMost && file.read(piece.data(), piece.size()).gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return failure(reason());
  return text.size() > kMost ? failure("is larger than any snapshot of a host")
                             : std::expected<std::string, Error>(text);
}

std::expected<HostSnapshot, Error> snapshot_in(const std::string& path) {
  const auto text = text_of_file(path);
  return text ? host_in_json(*text, path) : std::unexpected(text.error());
}

HostFiles trouble(const Error& error) {
  complain(error);
  return {.knowledge = std::nullopt, .status = ExitStatus::trouble};
}

}  // namespace

HostFiles read_host_files(const std::vector<std::string>& paths) {
  if (paths.empty()) return {};
  if (paths.size() > 2)
    return trouble({"--host", "is given more than twice", "", "give one snapshot, or one before and one after"});
  std::vector<HostSnapshot> read;
  for (const std::string& path : paths) {
    auto snapshot = snapshot_in(path);
    if (!snapshot) return trouble(snapshot.error());
    read.push_back(std::move(*snapshot));
  }
  if (read.size() == 1) return {.knowledge = HostKnowledge{.latest = std::move(read.front()), .changes = std::nullopt}};
  if (read.front().taken > read.back().taken) std::swap(read.front(), read.back());
  auto changes = difference(read.front(), read.back());
  if (!changes) {
    return trouble({paths.back(), "is not of the same host, boot and network namespace as " + paths.front(), "",
                    "take both where the capture is taken"});
  }
  return {.knowledge = HostKnowledge{.latest = std::move(read.back()), .changes = std::move(changes)}};
}

}  // namespace whydrop
