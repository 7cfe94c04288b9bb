// From a client's message to verdicts.
#include "src/cause/client_messages.h"

#include <algorithm>

#include "tests/support/catch.h"

namespace whydrop {
namespace {

std::vector<std::string_view> texts(const std::vector<ClientMessage>& messages) {
  std::vector<std::string_view> found;
  for (const ClientMessage& message : messages) found.push_back(message.text);
  return found;
}

using Texts = std::vector<std::string_view>;

TEST_CASE("a whole line of a client's output leads to the messages in it, whatever their case", "[cause]") {
  CHECK(texts(client_messages_in("ssh: connect to host db port 22: CONNECTION TIMED OUT")) ==
        Texts{"Connection timed out"});
  CHECK(texts(client_messages_in("curl: (28) Failed to connect: Connection timed out")) ==
        Texts{"Connection timed out", "curl: (28)"});
}

TEST_CASE("a part of a message is enough, a few letters are not", "[cause]") {
  CHECK(texts(client_messages_in("refused")) ==
        Texts{"Connection refused", "No connection could be made because the target machine actively refused it"});
  CHECK(client_messages_in("to").empty());
  CHECK(client_messages_in("").empty());
  CHECK(client_messages_in("segmentation fault").empty());
}

TEST_CASE("every message has a verdict, and every failure a message", "[cause]") {
  for (const ClientMessage& message : all_client_messages()) {
    INFO(message.text);
    CHECK_FALSE(message.verdicts.empty());
    CHECK_FALSE(message.meaning.empty());
  }
  for (const VerdictInfo& verdict : all_verdicts()) {
    if (verdict.severity != Severity::failure) continue;
    INFO(verdict.name);
    CHECK_FALSE(client_messages_of(verdict.id).empty());
  }
}

TEST_CASE("a message names the verdicts that it is seen with", "[cause]") {
  struct Row {
    std::string_view seen;
    VerdictId verdict;
  };
  const auto row =
      GENERATE(Row{"No route to host", VerdictId::unreachable}, Row{"No route to host", VerdictId::arp_no_reply},
               Row{"Network is unreachable", VerdictId::unreachable}, Row{"Permission denied", VerdictId::unreachable},
               Row{"Connection refused", VerdictId::refused}, Row{"Request timed out", VerdictId::ping_no_reply},
               Row{"curl: (7)", VerdictId::refused}, Row{"curl: (35)", VerdictId::pmtu_blackhole},
               Row{"curl: (56)", VerdictId::stalled}, Row{"TTL expired in transit", VerdictId::ttl_exceeded});
  const auto messages = client_messages_in(row.seen);
  REQUIRE_FALSE(messages.empty());
  CHECK(std::ranges::find(messages[0].verdicts, row.verdict) != messages[0].verdicts.end());
}

}  // namespace
}  // namespace whydrop
