// How single facts are read.
#include "src/report/fact_io.h"

namespace whydrop {
namespace {

const std::string* text_in(const Json& json) {
  return json.is_string() ? &json.get_ref<const std::string&>() : nullptr;
}

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

}  // namespace

Json json_bytes(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {  // UTF-8 of a character below U+0100
      text += static_cast<char>(0xc0U | byte >> 6U);
      text += static_cast<char>(0x80U | (byte & 0x3fU));
    }
  }
  return text;
}

bool read_bytes(const std::string& text, std::span<char> room, std::uint8_t& length) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto byte = static_cast<unsigned char>(text[at]);
    if (length == room.size()) return false;
    if (byte >= 0x80) {
      const bool is_latin = (byte == 0xc2 || byte == 0xc3) && at + 1 < text.size();
      if (!is_latin) return false;
      byte = static_cast<unsigned char>((byte & 0x03U) << 6U | (static_cast<unsigned char>(text[++at]) & 0x3fU));
    }
    room[length++] = static_cast<char>(byte);
  }
  return true;
}

Json json_saw(SawBits saw) {
  Json names = Json::array();
  for (unsigned at = 0; at < kSawNames.size(); ++at) {
    if ((saw.bits >> at & 1U) != 0) names.push_back(kSawNames[at]);
  }
  return names;
}

bool read_saw(const Json& json, SawBits& saw) {
  saw.bits = 0;
  if (!json.is_array()) return false;
  for (const Json& one : json) {
    const std::string* const name = text_in(one);
    const auto known = name == nullptr ? kSawNames.end() : std::ranges::find(kSawNames, *name);
    if (known == kSawNames.end()) return false;
    saw.bits |= static_cast<std::uint16_t>(1U << static_cast<unsigned>(known - kSawNames.begin()));
  }
  return true;
}

bool FactReader::decode(const Json& json, Time& time) {
  const std::string* const text = text_in(json);
  const auto parsed = text == nullptr ? std::nullopt : parse_rfc3339(*text);
  if (parsed) time = *parsed;
  return parsed.has_value();
}

bool FactReader::decode(const Json& json, Duration& duration) {
  constexpr std::int64_t kMost = std::int64_t{1} << 62U;  // sums of two still fit
  std::int64_t nanoseconds = 0;
  if (!decode(json, nanoseconds)) return false;
  duration = Duration{nanoseconds};
  return nanoseconds < kMost && nanoseconds > -kMost;
}

bool FactReader::decode(const Json& json, TcpSeq& seq) {
  std::uint32_t value = 0;
  const bool is_number = decode(json, value);
  seq = TcpSeq{value};
  return is_number;
}

bool FactReader::decode(const Json& json, PacketRef& packet) const {
  constexpr std::uint32_t kFiles = 1U << 16U;
  constexpr std::uint64_t kNumbers = std::uint64_t{1} << 48U;
  std::uint32_t file = 0;
  std::uint64_t number = 0;
  if (!json.is_array() || json.size() != 2 || !decode(json[0], file) || !decode(json[1], number)) return false;
  if (file >= kFiles || file + context_.first_file >= kFiles || number == 0 || number >= kNumbers) return false;
  packet = PacketRef{file + context_.first_file, number};
  return true;
}

bool FactReader::decode(const Json& json, IpAddress& address) {
  const std::string* const text = text_in(json);
  const auto parsed = text == nullptr ? std::nullopt : IpAddress::parse(*text);
  if (parsed) address = *parsed;
  return parsed.has_value();
}

bool FactReader::decode(const Json& json, MacAddress& mac) {
  constexpr std::size_t kText = 17;  // "00:00:00:00:00:00"
  const std::string* const text = text_in(json);
  if (text == nullptr || text->size() != kText) return false;
  for (std::size_t at = 0; at < mac.bytes.size(); ++at) {
    const auto high = hex_digit((*text)[3 * at]);
    const auto low = hex_digit((*text)[3 * at + 1]);
    if (!high || !low) return false;
    mac.bytes[at] = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return true;
}

bool FactReader::decode(const Json& json, std::string& text) {
  const std::string* const found = text_in(json);
  if (found != nullptr) text = *found;
  return found != nullptr;
}

bool FactReader::decode(const Json& json, Side& side) const {
  const std::string* const text = text_in(json);
  if (text == nullptr || (*text != "client" && *text != "server")) return false;
  side = *text == "client" ? context_.client : other(context_.client);
  return true;
}

}  // namespace whydrop
