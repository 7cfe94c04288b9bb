// Placeholders in commands.
#include "src/cause/placeholders.h"

#include "tests/support/catch.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

const Attempt kV6{.client = "fd09:1::2", .server = "fd09:2::2"};

TEST_CASE("every placeholder takes the finding's own value, by IP version and transport", "[cause]") {
  struct Row {
    std::string_view command;
    std::string_view v4;
    std::string_view v6;  ///< empty: no value
  };
  const auto row = GENERATE(
      Row{"{client} {server}", "10.9.1.2 10.9.2.2", "fd09:1::2 fd09:2::2"}, Row{"{server_port}", "443", "443"},
      Row{"{ipv4_client} {ipv4_server}", "10.9.1.2 10.9.2.2", ""}, Row{"{source}", "10.9.1.2/32", "fd09:1::2/128"},
      Row{"{ipv4_source}", "10.9.1.2/32", ""}, Row{"{ipv6_source}", "", "fd09:1::2/128"},
      Row{"{transport} {upper_transport} {transport_number}", "tcp TCP 6", "tcp TCP 6"},
      Row{"ip -{ip_version}", "ip -4", "ip -6"}, Row{"{iptables}", "iptables", "ip6tables"},
      Row{"{nft_family} {nft_icmp}", "ip icmp", "ip6 icmpv6"}, Row{"{firewalld_family}", "ipv4", "ipv6"},
      Row{"{router_family}", "ip", "ipv6"},
      Row{"{logged_client} {logged_server}", "10.9.1.2 10.9.2.2",
          "fd09:0001:0000:0000:0000:0000:0000:0002 fd09:0002:0000:0000:0000:0000:0000:0002"},
      Row{"{eni_filter}", "addresses.private-ip-address", "ipv6-addresses.ipv6-address"},
      Row{"{capture_filter}", "host 10.9.1.2 and (tcp port 443 or icmp)",
          "host fd09:1::2 and (tcp port 443 or icmp6)"});
  INFO(row.command);
  CHECK(filled(row.command, MadeCase(VerdictId::syn_no_reply).finding).value_or("") == row.v4);
  CHECK(filled(row.command, MadeCase(VerdictId::syn_no_reply, kV6).finding).value_or("") == row.v6);
}

TEST_CASE("a value that the finding does not have leaves the command out", "[cause]") {
  const Finding several = MadeCase(VerdictId::syn_no_reply).several_clients().finding;
  CHECK_FALSE(filled("ping {client}", several));
  CHECK(filled("{source}", several) == "CLIENT_NETWORK");
  CHECK(filled("{capture_filter}", several) == "host 10.9.2.2 and (tcp port 443 or icmp)");
  const Finding ping = MadeCase(VerdictId::ping_no_reply, {.transport = Transport::icmp}).finding;
  CHECK_FALSE(filled("{server_port}", ping));
  CHECK_FALSE(filled("{transport}", ping));
  CHECK(filled("{capture_filter}", ping) == "host 10.9.1.2 and icmp");
  CHECK(filled_or_named("{client} {server}", several) == "CLIENT 10.9.2.2");
  const Finding nothing{};
  CHECK(filled_or_named("{client} {server_port}", nothing) == "CLIENT SERVER_PORT");
  CHECK_FALSE(filled("{ip_version}", nothing));
  CHECK_FALSE(filled("{capture_filter}", nothing));
}

TEST_CASE("a public address is looked up as one in the cloud", "[cause]") {
  const Finding finding = MadeCase(VerdictId::syn_no_reply, {.server = kPublicServer}).finding;
  CHECK(filled("{eni_filter}", finding) == "association.public-ip");
}

TEST_CASE("an address resolution is captured by its own filter", "[cause]") {
  const Finding arp = MadeCase(VerdictId::arp_no_reply, {.transport = Transport::arp}).finding;
  CHECK(filled("tcpdump '{capture_filter}'", arp) == "tcpdump 'arp host 10.9.2.2'");
  const Finding nd =
      MadeCase(VerdictId::nd_no_reply, {.transport = Transport::nd, .client = "fd09:1::1", .server = "fd09:1::2"})
          .finding;
  CHECK(filled("{capture_filter}", nd) == "host fd09:1::1 and icmp6");
}

TEST_CASE("braces that belong to the command stay", "[cause]") {
  const Finding finding = MadeCase(VerdictId::syn_no_reply).finding;
  CHECK(filled(R"({"Port":"{server_port}"})", finding) == R"({"Port":"443"})");
  CHECK(filled("tcp dport { 80, 443 } {}", finding) == "tcp dport { 80, 443 } {}");
  CHECK(filled("[{Cidr={source}}]", finding) == "[{Cidr=10.9.1.2/32}]");
  CHECK(placeholders_in("{server}{nonsense} {NotOne} { server }") == std::vector<std::string>{"server", "nonsense"});
}

TEST_CASE("for each system the first complete command is shown, the wanted platform's first", "[cause]") {
  const std::vector<Check> checks = {{.system = "aws", .where = "", .command = "a {client}", .proves = "1"},
                                     {.system = "aws", .where = "", .command = "b {server}", .proves = "2"},
                                     {.system = "gcp", .where = "", .command = "c", .proves = "3"},
                                     {.system = "azure", .where = "", .command = "d {client}", .proves = "4"}};
  const auto commands = [&](const Finding& finding, std::string_view platform) {
    std::vector<std::string> shown;
    for (const Check& check : filled(checks, finding, platform)) shown.push_back(check.command);
    return shown;
  };
  using Commands = std::vector<std::string>;
  const Finding one = MadeCase(VerdictId::syn_no_reply).finding;
  const Finding several = MadeCase(VerdictId::syn_no_reply).several_clients().finding;
  CHECK(commands(one, "") == Commands{"a 10.9.1.2", "c", "d 10.9.1.2"});
  CHECK(commands(several, "") == Commands{"b 10.9.2.2", "c"});
  CHECK(commands(one, "azure") == Commands{"d 10.9.1.2", "a 10.9.1.2", "c"});
}

}  // namespace
}  // namespace whydrop
