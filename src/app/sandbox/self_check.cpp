// A column per command, a row per lock; below it what a reader might take for a hole.
#include "src/app/sandbox/self_check.h"

#include <cap-ng.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "src/app/sandbox/probe.h"
#include "src/core/text.h"
#include "src/report/outline.h"

namespace whydrop {
namespace {

constexpr std::size_t kLabel = 17;
constexpr std::size_t kCell = 16;

/// "none", "dac_read_search".
std::string capabilities_in(const std::string& mask) {
  constexpr int kHexadecimal = 16;
  const std::uint64_t bits = std::strtoull(mask.c_str(), nullptr, kHexadecimal);
  std::vector<std::string> names;
  for (unsigned at = 0; at < 64; ++at) {
    if ((bits >> at & 1U) == 0) continue;
    const char* const name = capng_capability_to_name(at);
    names.push_back(name == nullptr ? std::to_string(at) : name);
  }
  if (names.size() > 1) return fmt::format("{} of them", names.size());
  return names.empty() ? "none" : names.front();
}

std::string refusal_of(const ProbeResult& result, Escape escape) {
  switch (result.refusals.at(static_cast<std::size_t>(escape))) {
    case 0: return "POSSIBLE";
    case EPERM:
    case EACCES: return "refused";
    default: return "fails";
  }
}

struct Row {
  std::string_view label;
  std::string (*cell)(const ProbeResult& result);
};

constexpr Row kRows[] = {
    {"user", [](const ProbeResult& result) { return status_value(result.status, "Uid"); }},
    {"capabilities", [](const ProbeResult& result) { return capabilities_in(status_value(result.status, "CapPrm")); }},
    {"  of children",
     [](const ProbeResult& result) -> std::string {
       return capabilities_in(status_value(result.status, "CapBnd")) == "none" ? "none" : "as before";
     }},
    {"new privileges",
     [](const ProbeResult& result) -> std::string {
       return status_value(result.status, "NoNewPrivs") == "1" ? "never" : "possible";
     }},
    {"seccomp filter",
     [](const ProbeResult& result) -> std::string {
       return status_value(result.status, "Seccomp") == "2" ? counted(result.seccomp_rules, "rule") : "none";
     }},
    {"Landlock",
     [](const ProbeResult& result) { return result.landlock == 0 ? "none" : fmt::format("ABI {}", result.landlock); }},
    {"open /etc/passwd", [](const ProbeResult& result) { return refusal_of(result, Escape::open); }},
    {"create a file", [](const ProbeResult& result) { return refusal_of(result, Escape::create); }},
    {"open a socket", [](const ProbeResult& result) { return refusal_of(result, Escape::connect); }},
    {"run a program", [](const ProbeResult& result) { return refusal_of(result, Escape::execute); }},
};

struct Column {
  std::string_view command;
  ProbeResult result;
};

std::vector<Column> tried() {
  std::vector<Column> columns;
  for (const Confined command : kConfined) {
    Profile profile = profile_of(command);
    if (command == Confined::corpus) profile.reads = {"/tmp"};  // stands for its folder
    columns.push_back({.command = profile.command, .result = probe(profile)});
  }
  return columns;
}

template <typename Cell>
std::string line_of(std::string_view label, const std::vector<Column>& columns, const Cell& cell) {
  std::string line = pad_right(std::string(label), kLabel);
  for (const Column& column : columns) line += pad_right(cell(column), kCell);
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::vector<std::string_view> remarks(const std::vector<Column>& columns) {
  const auto any = [&](const auto& holds) {
    return std::ranges::any_of(columns, [&](const Column& column) { return holds(column.result); });
  };
  std::vector<std::string_view> lines;
  if (any([](const ProbeResult& one) { return !one.is_closed; })) {
    lines.emplace_back("A command with dashes ends before it reads anything: root cannot be given up here.");
  }
  if (any([](const ProbeResult& one) { return one.is_closed && one.landlock == 0; })) {
    lines.emplace_back(
        "Landlock is not in this kernel. A single capture is opened before the sandbox closes, and then nothing can be "
        "opened; but several captures, the folder of corpus and what live asks in /proc are opened later, and nothing "
        "but the rights of the user tells these files from others.");
  }
  if (any([](const ProbeResult& one) { return one.is_closed && one.seccomp_rules == 0; })) {
    lines.emplace_back("Seccomp filters are not in this kernel, or are refused: sockets and programs are possible.");
  }
  if (::geteuid() != 0) {
    lines.emplace_back(
        "Not started by root, so that there was no root to give up. Capabilities that children might have are then out "
        "of reach: there are no new privileges.");
    return lines;
  }
  if (any([](const ProbeResult& one) { return one.is_closed && status_value(one.status, "Uid") == "0"; })) {
    lines.emplace_back("Root of a user namespace that has no other user: it keeps the number, without its rights.");
  }
  lines.emplace_back(
      "Started by root, what opens files later (several captures, corpus) keeps the one right to read what others may "
      "not, dac_read_search, unless it can do without; corpus --bless stays root and keeps dac_override, the right to "
      "write.");
  return lines;
}

}  // namespace

std::string sandbox_self_check() {
  const std::vector<Column> columns = tried();
  Outline out;
  out.wrapped(0, "", "Before it looks at a packet, each command closes a sandbox. Tried on this machine just now:");
  out.blank();
  out.line(0, line_of("", columns, [](const Column& column) { return std::string(column.command); }));
  for (const Row& row : kRows) {
    out.line(0, line_of(row.label, columns, [&](const Column& column) {
               return column.result.is_closed ? row.cell(column.result) : std::string("-");
             }));
  }
  for (const std::string_view remark : remarks(columns)) {
    out.blank();
    out.wrapped(0, "", remark);
  }
  return text_of(std::move(out).take());
}

}  // namespace whydrop
