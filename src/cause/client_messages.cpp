// From what people see at the client to the verdicts that it comes from.
#include "src/cause/client_messages.h"

#include <algorithm>
#include <cctype>

namespace whydrop {
namespace {

bool equal_letters(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

bool contains(std::string_view text, std::string_view part) {
  return !std::ranges::search(text, part, equal_letters).empty();
}

}  // namespace

std::span<const ClientMessage> all_client_messages() {
  using enum VerdictId;
  static const std::vector<ClientMessage> kMessages = {
#define CLIENT_MESSAGE(text, meaning, ...) {text, meaning, {__VA_ARGS__}},
#include "src/cause/client_messages.def"
#undef CLIENT_MESSAGE
  };
  return kMessages;
}

std::vector<ClientMessage> client_messages_in(std::string_view seen) {
  constexpr std::size_t kEnoughLetters = 4;
  std::vector<ClientMessage> found;
  for (const ClientMessage& message : all_client_messages()) {
    const bool quoted = contains(seen, message.text);
    const bool abridged = seen.size() >= kEnoughLetters && contains(message.text, seen);
    if (quoted || abridged) found.push_back(message);
  }
  return found;
}

std::vector<ClientMessage> client_messages_of(VerdictId verdict) {
  std::vector<ClientMessage> found;
  for (const ClientMessage& message : all_client_messages()) {
    if (std::ranges::find(message.verdicts, verdict) != message.verdicts.end()) found.push_back(message);
  }
  return found;
}

}  // namespace whydrop
