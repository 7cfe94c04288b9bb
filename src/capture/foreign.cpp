// Files that hold packets, or look as if they did, in a form that is not read here: what they are, and what helps.
//
// Signatures as file(1) and Wireshark's wiretap know them; all that editcap is named for, it reads. An ETL file has
// none of its own: behind its first buffer's header of 72 bytes stands the marker of a 32 or 64-bit trace's first
// event.
#include "src/capture/foreign.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace whydrop {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kEditcap = "convert it: editcap -F pcapng FILE FILE.pcapng";
constexpr std::string_view kEtl = "convert it: etl2pcapng FILE FILE.pcapng";
constexpr std::string_view kNoPackets = "it holds no packets; capture again with tcpdump -w";
constexpr std::string_view kText = "transfer it again in binary mode";

struct Signature {
  std::string_view bytes;  ///< '#' stands for any digit
  std::string_view what;
  std::string_view way_out;  ///< FILE stands for the path
  std::size_t offset = 0;
};

constexpr std::array kSignatures = {
    Signature{"BZh#1AY&SY"sv, "is compressed with bzip2", "unpack it: bzip2 -dc FILE | whydrop -"},
    Signature{"PK\x03\x04"sv, "is a zip archive", "unpack it: unzip -p FILE | whydrop -"},
    Signature{"ustar"sv, "is a tar archive", "unpack it: tar -xOf FILE | whydrop -", 257},
    Signature{"\0\x01\xc0"sv, "is a Windows trace (ETL)", kEtl, 73},
    Signature{"\0\x02\xc0"sv, "is a Windows trace (ETL)", kEtl, 73},
    Signature{"GMBU"sv, "is a Network Monitor 2 capture", kEditcap},
    Signature{"RTSS"sv, "is a Network Monitor 1 capture", kEditcap},
    Signature{"snoop\0\0\0"sv, "is a snoop capture", kEditcap},
    Signature{"iptrace #.0"sv, "is an AIX iptrace capture", kEditcap},
    Signature{"\x54\x52\0\x64\0"sv, "is an HP-UX nettl trace", kEditcap},
    Signature{"TRSNIFF data    \x1a"sv, "is a Sniffer capture", kEditcap},
    Signature{"XCP\0"sv, "is a NetXRay or Windows Sniffer capture", kEditcap},
    Signature{"ObserverPktBuffe"sv, "is an Observer capture", kEditcap},
    Signature{"\x05VNF"sv, "is a Visual Networks capture", kEditcap},
    Signature{"\xaa\xaa\xaa\xaa"sv, "is a 5View capture", kEditcap},
    Signature{"\x0a\x0d\x0a"sv, "is a pcapng file that was transferred as text", kText},
    Signature{"\x0d\x0a\x0d\x0d\x0d\x0a"sv, "is a pcapng file that was transferred as text", kText},
    Signature{"{\"log\":"sv, "is an HTTP archive (HAR)", kNoPackets},
    Signature{"##:##:##.######"sv, "is tcpdump's text output", kNoPackets},
    Signature{"####-##-## ##:##:##.######"sv, "is tcpdump's text output", kNoPackets},
    Signature{"tcpdump: "sv, "is tcpdump's text output", kNoPackets},
    Signature{"reading from file "sv, "is tcpdump's text output", kNoPackets},
};

bool matches(const Signature& signature, std::string_view head) {
  if (head.size() < signature.offset + signature.bytes.size()) return false;
  const auto fits = [](char wanted, char byte) { return wanted == '#' ? byte >= '0' && byte <= '9' : wanted == byte; };
  return std::ranges::equal(signature.bytes, head.substr(signature.offset, signature.bytes.size()), fits);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// As a shell reads one word.
std::string quoted(const std::string& path) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,+@%=-";
  if (path.find_first_not_of(kPlain) == std::string::npos) return path;
  std::string text = "'";
  for (const char c : path) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string with_path(std::string_view way_out, const std::string& path) {
  constexpr std::string_view kFile = "FILE";
  if (path == "-") return std::string(way_out);
  const std::string word = quoted(path);
  std::string text(way_out);
  for (std::size_t at = text.find(kFile); at != std::string::npos; at = text.find(kFile, at + word.size())) {
    text.replace(at, kFile.size(), word);
  }
  return text;
}

}  // namespace

std::optional<Foreign> recognise_foreign(std::span<const std::uint8_t> head, const std::string& path) {
  std::string text(head.begin(), head.end());
  if (text.starts_with('{')) std::erase_if(text, is_space);  // JSON may be indented in any way
  for (const Signature& signature : kSignatures) {
    if (matches(signature, text)) return Foreign{std::string(signature.what), with_path(signature.way_out, path)};
  }
  return std::nullopt;
}

std::string unpack_command(std::string_view unpack, const std::string& path) {
  return with_path("unpack it: " + std::string(unpack) + " FILE | whydrop -", path);
}

}  // namespace whydrop
