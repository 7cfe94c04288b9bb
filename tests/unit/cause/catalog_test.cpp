// The embedded catalog as a whole.
#include "src/cause/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "src/cause/catalog_image.h"
#include "src/cause/placeholders.h"
#include "src/cause/rank.h"
#include "tests/support/catch.h"
#include "tests/unit/cause/embedded_catalog.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

TEST_CASE("every system of an entry's own component has a check", "[cause]") {
  for (const CauseEntry& cause : embedded().causes()) {
    for (const std::string_view system : info(cause.component).systems) {
      INFO(cause.id << " lacks a check for " << system);
      CHECK(std::ranges::find(cause.checks, system, &Check::system) != cause.checks.end());
    }
  }
}

TEST_CASE("every cause can be spoken for and against, has a look-alike, and names pages as sources", "[cause]") {
  const auto is_page = [](const std::string& source) { return source.starts_with("https://"); };
  for (const CauseEntry& cause : embedded().causes()) {
    INFO(cause.id);
    const auto speaks_for = [](const EvidenceWeight& evidence) { return evidence.weight_for > 0; };
    const auto speaks_against = [](const EvidenceWeight& evidence) {
      return evidence.weight_against > 0 || evidence.rules_out;
    };
    CHECK(std::ranges::any_of(cause.evidence, speaks_for));
    CHECK(std::ranges::any_of(cause.evidence, speaks_against));
    CHECK_FALSE(cause.not_to_confuse_with.empty());
    CHECK_FALSE(cause.sources.empty());
    CHECK(std::ranges::all_of(cause.sources, is_page));
  }
}

TEST_CASE("where a cause sends its reader otherwise are causes", "[cause]") {
  static const std::regex kNamed(R"(\(([a-z0-9-]+(, [a-z0-9-]+)*)\))");
  for (const CauseEntry& cause : embedded().causes()) {
    INFO(cause.id << ": " << cause.otherwise);
    std::smatch named;
    std::string rest = cause.otherwise;
    while (std::regex_search(rest, named, kNamed)) {
      std::string list = named[1].str() + ", ";
      for (std::size_t end = 0; (end = list.find(", ")) != std::string::npos; list.erase(0, end + 2)) {
        INFO(list.substr(0, end));
        CHECK(embedded().find(list.substr(0, end)) != nullptr);
      }
      rest = named.suffix();
    }
  }
}

TEST_CASE("every predicate, component, place and family of the tables is used by some cause", "[cause]") {
  std::set<std::string_view> used;
  for (const CauseEntry& cause : embedded().causes()) {
    used.insert(info(cause.component).name);
    for (const EvidenceWeight& evidence : cause.evidence) used.insert(info(evidence.predicate).name);
    for (const Explanation& explanation : cause.explains) {
      used.insert(all_places()[static_cast<std::size_t>(explanation.place)].name);
      used.insert(explanation.family);
    }
  }
  const auto check_all = [&](const auto& table, auto name) {
    for (const auto& entry : table) {
      INFO(std::invoke(name, entry));
      CHECK(used.contains(std::invoke(name, entry)));
    }
  };
  check_all(all_predicates(), &PredicateInfo::name);
  check_all(all_components(), &ComponentInfo::name);
  check_all(all_places(), &PlaceInfo::name);
  check_all(embedded().families(), &FamilyEntry::id);
}

TEST_CASE("every failure has causes, and their priors leave room for an unknown one", "[cause]") {
  constexpr double kRoom = 1.25;  // priors are orders of magnitude; the ranking normalises them
  for (const VerdictInfo& verdict : all_verdicts()) {
    if (verdict.severity != Severity::failure && verdict.severity != Severity::degraded) continue;
    for (const Vantage vantage : {Vantage::unknown, Vantage::client, Vantage::server, Vantage::path}) {
      const bool replied = verdict.id == VerdictId::synack_no_ack;
      MadeCase made(verdict.id, {.outcome = replied ? Outcome::answered : Outcome::silent});
      made.vantage(vantage).attribute("code", std::string("host-prohibited"));
      double sum = kNoneOfThesePrior;
      for (const ScoredCause& cause : rank(embedded(), made.about()).causes) sum += cause.explanation->prior;
      INFO(verdict.name << " at " << name(vantage) << ": " << sum);
      CHECK(sum > 0.25);
      CHECK(sum <= kRoom);
    }
  }
}

/// What is wrong with a fix: the part of it that opens more than one flow needs, or takes a protection away.
std::string danger_in(const std::string& command) {
  struct Danger {
    const char* pattern;
    bool any_case = false;
  };
  static constexpr Danger kDangers[] = {
      {R"(0\.0\.0\.0/0|::/0|\b(from|any) any\b)"},  // every address
      {R"((source|remote|src)[A-Za-z-]*[ =:"']+(\*|Any|Internet)(['"\s]|$))", true},
      {R"( -F\b|--flush|\bflush\b| -X\b|--delete-chain)"},    // all rules of a chain or table
      {R"(-P (INPUT|FORWARD|OUTPUT) ACCEPT|policy accept)"},  // an open default
      {R"(default allow|DefaultInboundAction Allow)", true},
      {R"(ufw (disable|reset)|--panic-off|--set-default-zone=trusted|--zone=trusted)"},
      {R"((systemctl|service) (stop|disable|mask)\b.*\b(firewalld|nftables|iptables|ufw|netfilter-persistent|apparmor|)"
       R"(fail2ban|suricata|auditd)\b)"},
      {R"(setenforce 0|SELINUX=(permissive|disabled)|aa-(disable|complain|teardown))"},
      {R"(-Enabled False|advfirewall set .* off|Disable-NetFirewallRule|Remove-NetFirewallRule)", true},
      {R"(--protocol (-1|all)\b|IpProtocol[= ]+(-1|all)\b|--rules=(all|tcp|udp)( |$)|1/65535)", true},
      {R"(rm -|iptables-restore\b|nft -f\b|unban --all|rmmod)"},
      {R"((Update|Set|Modify)[A-Za-z]*(Mode|Switch)\b)"},  // the engine of a cloud's firewall
  };
  for (const Danger& danger : kDangers) {
    const auto flags = danger.any_case ? std::regex::ECMAScript | std::regex::icase : std::regex::ECMAScript;
    std::smatch found;
    if (std::regex_search(command, found, std::regex(danger.pattern, flags))) return found.str();
  }
  return {};
}

TEST_CASE("no fix opens more than the flow needs, or takes a protection away", "[cause]") {
  for (const CauseEntry& cause : embedded().causes()) {
    for (const Fix& fix : cause.fixes) {
      INFO(cause.id << ": " << fix.command);
      CHECK(danger_in(fix.command).empty());
    }
  }
}

TEST_CASE("a dangerous fix would be noticed, and its narrow neighbour is none", "[cause]") {
  struct Row {
    std::string dangerous;
    std::string narrow;
  };
  const auto row =
      GENERATE(Row{"iptables -F INPUT", "iptables -I INPUT -s 10.9.1.2/32 -p tcp --dport 443 -j ACCEPT"},
               Row{"iptables -P INPUT ACCEPT", "iptables -t nat -A POSTROUTING -s 10.9.1.2/32 -o WAN -j MASQUERADE"},
               Row{"nft flush ruleset", "nft insert rule inet filter input ip saddr 10.9.1.2/32 tcp dport 443 accept"},
               Row{"ufw disable", "ufw prepend allow proto tcp from 10.9.1.2/32 to any port 443"},
               Row{"ufw allow from any to any port 443", "ufw allow proto tcp from 10.9.1.2/32 to any port 443"},
               Row{"systemctl stop firewalld", "systemctl status SERVICE"},
               Row{"firewall-cmd --zone=trusted --add-interface=eth0", "firewall-cmd --zone=ZONE --add-rich-rule=RULE"},
               Row{"setenforce 0", "semanage port -a -t PORT_TYPE -p tcp 8443"},
               Row{"Set-NetFirewallProfile -All -Enabled False", "Set-NetFirewallRule -Name RULE -Enabled True"},
               Row{"netsh advfirewall set allprofiles state off", "netsh winhttp show proxy"},
               Row{"aws ec2 authorize-security-group-ingress --cidr 0.0.0.0/0",
                   "aws ec2 authorize-security-group-ingress "
                   "--cidr 10.9.1.2/32"},
               Row{"aws ec2 authorize-security-group-ingress --protocol -1 --cidr 10.9.1.2/32",
                   "aws ec2 authorize-security-group-ingress --protocol tcp --port 443 --cidr 10.9.1.2/32"},
               Row{"az network nsg rule create --source-address-prefixes '*' --access Allow",
                   "az network nsg rule create --source-address-prefixes 10.9.1.2/32 --access Allow"},
               Row{"gcloud compute firewall-rules create a --rules=tcp --source-ranges=10.9.1.2/32",
                   "gcloud compute firewall-rules create a --rules=tcp:443 --source-ranges=10.9.1.2/32"});
  INFO(row.dangerous << " / " << row.narrow);
  CHECK_FALSE(danger_in(row.dangerous).empty());
  CHECK(danger_in(row.narrow).empty());
}

TEST_CASE("a fix for a filter names the client or leaves its network to be filled in", "[cause]") {
  static const std::regex kOpens(R"(-j ACCEPT| accept$|--add-rich-rule|ufw (prepend )?allow|New-NetFirewallRule|)"
                                 R"(authorize-security-group|--access Allow|--action=ALLOW)");
  static const std::regex kNarrow(
      R"(\{(ipv[46]_)?(source|client|server)\}|ctstate ESTABLISHED|ct state (established|related)|RELATED|)"
      R"(--source-group|AzureLoadBalancer|35\.191\.0\.0/16)");
  for (const CauseEntry& cause : embedded().causes()) {
    for (const Fix& fix : cause.fixes) {
      INFO(cause.id << ": " << fix.command);
      CHECK((!std::regex_search(fix.command, kOpens) || std::regex_search(fix.command, kNarrow)));
    }
  }
}

TEST_CASE("what no machine of ours has printed is marked with the page that it is quoted from", "[cause]") {
  for (const CauseEntry& cause : embedded().causes()) {
    for (const Check& check : cause.checks) {
      const bool documented = check.system == "windows" || check.system == "selinux" || check.system == "apparmor";
      INFO(cause.id << ": " << check.command);
      CHECK((!documented || !check.quoted.empty()));
    }
  }
}

TEST_CASE("every firewall with a log has a guide to it, with the flow's own ports", "[cause]") {
  for (const std::string_view system : {"nftables", "iptables", "firewalld", "ufw", "windows", "router", "suricata",
                                        "aws", "azure", "gcp", "alibaba", "huawei", "tencent"}) {
    INFO(system);
    CHECK(std::ranges::find(embedded().logs(), system, &LogGuide::system) != embedded().logs().end());
  }
  const CauseEntry* drop = embedded().find("host-firewall-drop");
  REQUIRE(drop != nullptr);
  const auto logs = embedded().logs_for(*drop);
  CHECK(std::ranges::find(logs, "ufw-log", &LogGuide::id) != logs.end());
  CHECK(std::ranges::find(logs, "aws-flow-log", &LogGuide::id) == logs.end());
  const CauseEntry* closed = embedded().find("service-not-listening");  // has a check on Windows, and no filter
  REQUIRE(closed != nullptr);
  CHECK(embedded().logs_for(*closed).empty());
}

TEST_CASE("a full finding over either IP version completes a check of every cause", "[cause]") {
  const auto attempt = GENERATE(Attempt{}, Attempt{.client = "fd09:1::2", .server = "fd09:2::2"});
  const Finding finding = MadeCase(VerdictId::syn_no_reply, attempt).finding;
  for (const CauseEntry& cause : embedded().causes()) {
    INFO(cause.id);
    const auto checks = filled(cause.checks, finding, "");
    for (const std::string_view system : info(cause.component).systems) {
      CHECK(std::ranges::find(checks, system, &Check::system) != checks.end());
    }
  }
}

TEST_CASE("causes, families and verdicts lead to each other", "[cause]") {
  const Catalog& catalog = embedded();
  REQUIRE(catalog.find("host-down") != nullptr);
  CHECK(catalog.find("host-downs") == nullptr);
  REQUIRE(catalog.find_family("silent-filter") != nullptr);
  CHECK(catalog.find_family("host-down") == nullptr);
  const auto members = catalog.members_of("path-mtu");
  CHECK(members.size() == 2);
  const auto likeliest = catalog.explaining(VerdictId::refused);
  REQUIRE_FALSE(likeliest.empty());
  CHECK(likeliest.front()->id == "service-not-listening");
  CHECK(catalog.explaining(VerdictId::ok).empty());
}

TEST_CASE("the image in the binary gives back what the YAML files say", "[cause]") {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(WHYDROP_SOURCE_DIR "/src/cause/catalog")) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  const auto read = read_catalog(files);
  REQUIRE(read);
  const auto parts_of = [](const Catalog& catalog) {
    CatalogParts parts{{catalog.families().begin(), catalog.families().end()},
                       {catalog.causes().begin(), catalog.causes().end()},
                       {catalog.logs().begin(), catalog.logs().end()}};
    for (CauseEntry& cause : parts.causes) cause.file.clear();  // where the build stood differs
    return parts;
  };
  REQUIRE(read->causes().size() > 20);
  CHECK(write_image(parts_of(*read)) == write_image(parts_of(embedded())));
}

std::string readme_table() {
  std::string table = "| cause |";
  for (const SystemInfo& system : all_systems()) table += fmt::format(" {} |", system.name);
  table += "\n|---|";
  for (std::size_t at = 0; at < all_systems().size(); ++at) table += "---|";
  for (const CauseEntry& cause : embedded().causes()) {
    table += fmt::format("\n| {} |", cause.id);
    for (const SystemInfo& system : all_systems()) {
      const bool checks = std::ranges::find(cause.checks, system.name, &Check::system) != cause.checks.end();
      const bool fixes = std::ranges::find(cause.fixes, system.name, &Fix::system) != cause.fixes.end();
      table += fmt::format(" {} |", checks && fixes ? "c f" : checks ? "c" : fixes ? "f" : "");
    }
  }
  return table + "\n";
}

TEST_CASE("the README's table of systems and causes is the catalog's", "[cause]") {
  std::ifstream in(WHYDROP_SOURCE_DIR "/src/cause/README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const bool current = readme.find(readme_table()) != std::string::npos;
  if (!current) FAIL("put this into src/cause/README.md:\n" << readme_table());
  SUCCEED();
}

}  // namespace
}  // namespace whydrop
