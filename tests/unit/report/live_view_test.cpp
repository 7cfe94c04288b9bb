// What the full-screen view shows on which line, for every size, without a terminal.
#include "src/report/live_view.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "src/report/layout.h"
#include "tests/support/catch.h"
#include "tests/unit/report/samples.h"

namespace whydrop {
namespace {

using Catch::Matchers::Contains;

LiveFinding finding(std::uint64_t id, Diagnosis diagnosis) {
  return {.id = id,
          .change = Change::appeared,
          .changed = sample::at(5),
          .began = sample::at(5),
          .diagnosis = std::move(diagnosis)};
}

LiveState state_of(const Report& report) {
  LiveState state{.interfaces = "eth0", .began = sample::at(-60), .now = sample::at(12), .packets = 1234};
  state.packets_per_second = 1500;
  state.bytes_per_second = 2'340'000;
  state.memory = 205'000;
  state.health = {{.interface = "eth0", .up = true}};
  state.capture = report.capture;
  state.flows = report.flows;
  for (const Diagnosis& diagnosis : report.diagnoses) {
    state.findings.push_back(finding(state.findings.size() + 1, diagnosis));
  }
  sort_by_importance(state.findings);
  return state;
}

LiveState failing(std::size_t findings) { return state_of(sample::failing(findings)); }

std::string text(const LiveState& state, LivePlace place = {}, ViewSize size = {}, ViewStyle style = {}) {
  std::string all;
  for (const ViewLine& line : live_view(state, settled(state, place, size), size, style)) all += line.text + '\n';
  return all;
}

/// Where these keys lead from the beginning.
LivePlace after(const LiveState& state, const std::vector<ViewKey>& keys, ViewSize size = {}) {
  LivePlace place;
  for (const ViewKey key : keys) place = moved(state, place, key, size);
  return place;
}

/// The lines that stand out, without the bars.
std::vector<std::string> selected(const LiveState& state, const LivePlace& place, ViewSize size = {}) {
  std::vector<std::string> found;
  for (const ViewLine& line : live_view(state, settled(state, place, size), size, {})) {
    if (line.reversed && line.text.starts_with("> ")) found.push_back(line.text);
  }
  return found;
}

}  // namespace

TEST_CASE("the view fills every size to the line and exceeds none by a column", "[live]") {
  const ViewSize size = GENERATE(ViewSize{80, 24}, ViewSize{40, 10}, ViewSize{63, 11}, ViewSize{200, 60},
                                 ViewSize{39, 24}, ViewSize{80, 9}, ViewSize{3, 2}, ViewSize{1, 1});
  const auto make = GENERATE(sample::failing, sample::long_addresses, sample::hostile);
  const std::size_t findings = GENERATE(as<std::size_t>{}, 0, 1, 5, 100);
  const ViewStyle style{.color = GENERATE(false, true)};
  const LiveState state = state_of(make(findings));
  CAPTURE(size.width, size.height, findings);
  for (const auto& keys : {std::vector<ViewKey>{}, {ViewKey::last}, {ViewKey::open}, {ViewKey::open, ViewKey::last}}) {
    const std::vector<ViewLine> view = live_view(state, after(state, keys, size), size, style);
    CHECK(view.size() == size.height);
    for (const ViewLine& line : view) CHECK(display_width(line.text) <= size.width);
  }
}

TEST_CASE("one screen says what fails, how often, between whom, why, and what to run", "[live]") {
  const std::string all = text(failing(1));
  for (const char* part :
       {"whydrop live on eth0", "since 05:24:37 UTC, 72 s", "1,234 packets, 1,500/s, 2.3 MB/s, 21 flows (1 failed)",
        "memory 205 kB", "Capture: no packet lost", "1 failing",
        "> L1 new     syn-no-reply 3,000,000   7s 10.9.1.2 -> 10.9.2.2:443 86% silent",
        "tcp 10.9.1.2 -> 10.9.2.2:443, 3,000,000 attempts since 05:25:40, the last at",
        "packet 12, 05:25:40.500: SYN from 10.9.1.2:40000", "against  nothing was logged",
        "  nft list ruleset | grep -n 443", "Enter open", "q end with the report"}) {
    CHECK_THAT(all, Contains(part));
  }
}

TEST_CASE("a narrow screen keeps what fails, where and why", "[live]") {
  const std::string all = text(failing(1), {}, {.width = 40, .height = 10});
  CHECK_THAT(all, Contains("> L1 syn-no-reply 10.9.2.2:443 86%") && Contains("  72 s") && Contains("q end "));
}

TEST_CASE("a screen that is too small says so, and how it ends", "[live]") {
  CHECK_THAT(text(failing(1), {}, {.width = 39, .height = 10}), Contains("39x10") && Contains("40x10"));
  CHECK_THAT(text(failing(1), {}, {.width = 80, .height = 9}), Contains("q ends the watch"));
}

TEST_CASE("what fails stands above what is degraded, and what has healed last; the newest first", "[live]") {
  LiveState state = failing(5);
  state.findings[0].healed = true;                                       // L5
  state.findings[1].diagnosis.finding.severity = Severity::degraded;     // L4
  state.findings[2].diagnosis.finding.severity = Severity::information;  // L3
  state.findings[4].began = sample::at(9);                               // L1 fails again
  sort_by_importance(state.findings);
  const std::string all = text(state, {}, {.width = 80, .height = 40});
  std::size_t before = 0;
  for (const char* part :
       {"2 failing\n> L1", "  L2 ", "1 degraded\n  L4", "1 for information\n  L3", "1 healed\n  L5 healed"}) {
    CAPTURE(part, all);
    const std::size_t at = all.find(part);
    REQUIRE(at != std::string::npos);
    CHECK(at >= before);
    before = at;
  }
}

TEST_CASE("news is marked as such for a minute", "[live]") {
  LiveState state = failing(1);
  CHECK_THAT(text(state), Contains("L1 new "));
  state.findings[0].change = Change::changed;
  CHECK_THAT(text(state), Contains("L1 changed "));
  state.findings[0].change = Change::recurred;
  CHECK_THAT(text(state), Contains("L1 again "));
  state.now = sample::at(66);
  CHECK_THAT(text(state), !Contains("L1 again"));
}

TEST_CASE("of a healed finding the view says who gets through, and when", "[live]") {
  LiveState state = failing(1);
  state.findings[0].healed = true;
  state.findings[0].change = Change::healed;
  state.findings[0].what = "10.9.1.2 gets through again";
  CHECK_THAT(text(state), Contains("Healed at 05:25:42: 10.9.1.2 gets through again"));
  CHECK_THAT(text(state, after(state, {ViewKey::open})), Contains("Healed at 05:25:42: 10.9.1.2 gets through again"));
}

TEST_CASE("what the capture lost and which interface is down stand in the head, else that nothing was lost", "[live]") {
  LiveState state = failing(1);
  state.lost = 12'345;
  state.health = {{.interface = "eth0", .up = false, .missed = 7},
                  {.interface = "eth1", .gone = true, .send_drops = 3}};
  CHECK_THAT(text(state, {}, {.width = 160, .height = 24}),
             Contains("Capture: the kernel lost 12,345 packets, eth0 is down, the card of eth0 missed 7, eth1 is gone, "
                      "eth1 dropped 3 to send") &&
                 !Contains("no packet lost"));
}

TEST_CASE("what happened to the capture is told for a minute", "[live]") {
  LiveState state = failing(1);
  state.notice =
      CaptureEvent{.kind = "interface-up", .time = sample::at(11), .interface = "eth0", .what = "is up again"};
  CHECK_THAT(text(state), Contains("05:25:48 eth0 is up again"));
  state.now = sample::at(72);
  CHECK_THAT(text(state), !Contains("is up again"));
}

TEST_CASE("a watch without findings says that nothing failed, and what it cannot see", "[live]") {
  LiveState state = failing(0);
  state.capture.quality = {{.id = QualityId::filtered, .detail = "port 443 only", .affects = {VerdictId::one_way}}};
  CHECK_THAT(text(state), Contains("Nothing has failed so far") && Contains("port 443 only"));
  state.packets = 0;
  state.filter = "tcp port 443";
  CHECK_THAT(text(state), Contains("No packet has come so far") && Contains("lets nothing through: tcp port 443"));
}

TEST_CASE("the selection keeps to its finding while others come and go", "[live]") {
  LiveState state = failing(3);
  const LivePlace place = after(state, {ViewKey::down});
  CHECK_THAT(selected(state, place).at(0), Contains("L2"));
  state.findings.push_back(finding(4, sample::silence_explained()));
  sort_by_importance(state.findings);
  CHECK_THAT(selected(state, place).at(0), Contains("L2"));
  // Whoever looks at the top wants to see the newest.
  CHECK_THAT(selected(state, {}).at(0), Contains("L4"));
  std::erase_if(state.findings, [](const LiveFinding& one) { return one.id == 2; });
  CHECK_THAT(selected(state, place).at(0), Contains("L4"));
}

TEST_CASE("every one of a hundred findings can be reached, and stays in sight", "[live]") {
  const LiveState state = failing(100);
  const ViewSize size = GENERATE(ViewSize{80, 24}, ViewSize{40, 10});
  LivePlace place;
  for (std::uint64_t id = 100; id >= 1; --id) {
    REQUIRE(selected(state, place, size).size() == 1);
    CHECK_THAT(selected(state, place, size)[0], Contains(fmt::format("L{} ", id)));
    place = moved(state, place, ViewKey::down, size);
  }
  for (const ViewKey key : {ViewKey::first, ViewKey::last, ViewKey::page_up, ViewKey::page_down, ViewKey::up}) {
    place = moved(state, place, key, size);
    CHECK(selected(state, place, size).size() == 1);
  }
  CHECK_THAT(selected(state, after(state, {ViewKey::last, ViewKey::first}, size), size)[0], Contains("L100"));
}

TEST_CASE("findings that the view leaves out are counted", "[live]") {
  LiveState state = failing(1);
  CHECK_THAT(text(state), !Contains("of less weight"));
  state.left_out = 2;
  CHECK_THAT(text(state), Contains("2 findings of less weight: the report has them"));
}

TEST_CASE("an open finding has the words of the whole report, each line of them within reach", "[live]") {
  const LiveState state = failing(2);
  const LivePlace open = after(state, {ViewKey::open});
  CHECK_THAT(text(state, open), Contains("L2  syn-no-reply, failure: nothing answers the SYN") &&
                                    Contains("after packet 19, until 05:25:49.900: no reply in 6.4 s"));
  std::string all;
  LivePlace place = open;
  for (int page = 0; page < 5; ++page) {
    all += text(state, place);
    place = moved(state, place, ViewKey::page_down, {});
  }
  for (const char* part : {"Next test: on the server", "61%  host-firewall-drop: A rule",
                           "for      10.9.2.2:80 answers", "against  nothing was logged", "check    nftables",
                           "fix      nftables", "none of these", "client-firewall: the SYN has left the client"}) {
    CHECK_THAT(all, Contains(part));
  }
  CHECK(place == moved(state, place, ViewKey::down, {}));  // no further than the end
  CHECK_THAT(text(state, moved(state, place, ViewKey::back, {})), Contains("2 failing"));
}

TEST_CASE("the next test of an open finding stands before its causes, which may be many", "[live]") {
  const LiveState state = failing(1);
  const std::string all = text(state, after(state, {ViewKey::open}), {.width = 80, .height = 60});
  CHECK(all.find("Next test") < all.find("Likely causes"));
}

TEST_CASE("an open finding that is left out later closes", "[live]") {
  LiveState state = failing(2);
  const LivePlace open = after(state, {ViewKey::down, ViewKey::open});
  CHECK(settled(state, open, {}).open);
  state.findings.pop_back();
  CHECK(!settled(state, open, {}).open);
  state.findings.clear();
  CHECK_THAT(text(state, open), Contains("Nothing has failed"));
}

TEST_CASE("nothing from packets or interfaces reaches the terminal unescaped", "[live]") {
  LiveState state = state_of(sample::hostile(2));
  state.interfaces = state.filter = sample::hostile_text();
  state.health[0] = {.interface = sample::hostile_text(), .gone = true};
  state.notice =
      CaptureEvent{.time = sample::at(11), .interface = sample::hostile_text(), .what = sample::hostile_text()};
  state.findings[0].what = sample::hostile_text();
  for (const auto& keys : {std::vector<ViewKey>{}, {ViewKey::open}}) {
    const std::string all = text(state, after(state, keys), {.width = 300, .height = 200});
    for (const char* raw : {"\x1b", "\x07", "\r", "\xff", "\xe2\x80\xae", "\xc2\x9b"}) CHECK_THAT(all, !Contains(raw));
  }
}

TEST_CASE("wide characters take their two columns, and none where the locale has ASCII only", "[live]") {
  LiveState state = failing(1);
  state.interfaces = "以太网";
  CHECK_THAT(text(state), Contains("whydrop live on 以太网  ") && Contains("↑↓"));
  const std::string ascii = text(state, {}, {}, {.utf8 = false});
  CHECK_THAT(ascii, Contains("whydrop live on ??????  ") && Contains("Up/Down"));
  for (const char c : ascii) CHECK(static_cast<unsigned char>(c) < 0x80);
}

TEST_CASE("colour changes no character of the view", "[live]") {
  const LiveState state = failing(3);
  std::string painted = text(state, {}, {}, {.color = true});
  CHECK_THAT(painted, Contains("\x1b[31m"));
  for (const char* code : {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m"}) {
    for (std::size_t at = painted.find(code); at != std::string::npos; at = painted.find(code)) {
      painted.erase(at, std::string_view(code).size());
    }
  }
  CHECK(painted == text(state));
}

}  // namespace whydrop
