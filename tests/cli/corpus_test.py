"""whydrop corpus: expectations that hold, that do not, and that cannot be read."""

import json
import re
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

from support import SOURCE, CliTest, refused_attempt, run, silent_attempt

SILENT = """\
note: one attempt
findings:
  - verdict: syn-no-reply
    transport: tcp
    client: 10.0.0.1
    server: 10.0.0.2
    server_port: 443
    count: 1
    vantage: unknown
    cause_family: silent-filter
    cause_within: 3
absent: [refused]
"""

# Whoever reads this for the first time must see what to do.
WRONG = """\
findings:
  - verdict: syn-no-reply
    client: client
    server: server
    server_port: 8443
    count: 2..3
absent: [refused]
quality: [file-cut]
"""
SHOWN = """\
FAIL  pcaps/wrong.pcap (1 ms): not as wrong.expect.yaml says
      expected  syn-no-reply client -> server:8443, count 2..3 (line 2)
      found     syn-no-reply tcp 10.0.0.1 -> 10.0.0.2:443, count 1
        server_port: expected 8443, found 443
        count: expected 2..3, found 1
      found     refused tcp 10.0.0.1 -> 10.0.0.2:80, count 1: not expected
      found     refused tcp 10.0.0.1 -> 10.0.0.2:80, count 1: must be absent
      quality: expected file-cut, found none
1 capture, 1 fail, in 1 ms
FAIL: if what was found is right, --bless writes it into the expectation.
"""


class Corpus(CliTest):
    def story(self, name: str, expectation: str | None, *records: bytes) -> None:
        self.capture(name + ".pcap", *records)
        if expectation is not None:
            self.file(name + ".expect.yaml", expectation.encode())

    def corpus(self, *arguments: str):
        return run("corpus", *arguments, self.folder)

    def test_expectations_that_hold_pass(self):
        self.story("a/silent", SILENT, silent_attempt())
        self.story("b/empty", "findings: none\nquality: [short]\n")
        result = self.corpus()
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(result.stdout.count(b"pass  "), 2)
        self.assertIn(b"2 captures, 2 pass", result.stdout)

    def test_a_capture_without_expectation_is_listed(self):
        self.story("a", None, silent_attempt())
        result = self.corpus()
        self.assertEqual(result.returncode, 0)
        self.assertIn(b"skip  ", result.stdout)

    def test_a_mismatch_is_status_1_and_says_what_differs(self):
        for change, word in (
            (("count: 1", "count: 2..5"), "count: expected 2..5, found 1"),
            (("server_port: 443", "server_port: 80"), "server_port: expected 80, found 443"),
            (("vantage: unknown", "vantage: server"), "vantage: expected server, found unknown"),
            (("cause_family: silent-filter", "cause: capture-artifact"), "cause: expected capture-artifact among the first 3, found it"),
            (("absent: [refused]", "absent: [syn-no-reply]"), "must be absent"),
            (("absent: [refused]", "quality: [file-cut]"), "quality: expected file-cut"),
            (("verdict: syn-no-reply", "verdict: refused"), "verdict: expected refused, found syn-no-reply"),
        ):
            with self.subTest(change=change):
                self.story("a", SILENT.replace(*change), silent_attempt())
                result = self.corpus()
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertIn("FAIL", result.stdout.decode())
                self.assertIn(word, result.stdout.decode())

    def test_the_difference_reads_well_on_a_terminal(self):
        self.story("wrong", WRONG, silent_attempt(), refused_attempt(start=20))
        self.file("roles.yaml", b'client: ["10.0.0.1"]\nserver: ["10.0.0.2"]\n')
        result = self.corpus()
        self.assertEqual((result.returncode, result.stderr), (1, b""))
        shown = result.stdout.decode().replace(str(self.folder), "pcaps")
        self.assertEqual(re.sub(r"\d+ ms", "1 ms", shown), SHOWN)
        self.assertLessEqual(max(map(len, shown.splitlines())), 80)

    def test_what_is_not_expected_fails_unless_others_are_allowed(self):
        records = (silent_attempt(), refused_attempt(start=20))
        self.story("a", SILENT.replace("absent: [refused]\n", ""), *records)
        result = self.corpus()
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"found     refused tcp 10.0.0.1 -> 10.0.0.2:80, count 1: not expected", result.stdout)
        self.story("a", SILENT.replace("absent: [refused]", "allow_others: true"), *records)
        self.assertEqual(self.corpus().returncode, 0)
        self.story("a", "findings: none\n", *records)
        self.assertEqual(self.corpus().returncode, 1)

    def test_expected_failures_are_kept_apart_from_surprises(self):
        wrong = SILENT.replace("count: 1", "count: 9")
        self.story("a", wrong + "xfail: not counted yet\n", silent_attempt())
        result = self.corpus()
        self.assertEqual(result.returncode, 0)
        self.assertIn(b"xfail", result.stdout)
        self.assertIn(b"not counted yet", result.stdout)
        self.story("a", SILENT + "xfail: not counted yet\n", silent_attempt())
        result = self.corpus()
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"XPASS", result.stdout)

    def test_blessed_expectations_hold(self):
        stale = SILENT.replace("count: 1", "count: 9").replace("[refused]", "[refused, syn-no-reply]")
        self.story("a", stale + "quality: [file-cut]\n", silent_attempt(), refused_attempt(start=20))
        self.story("b", SILENT, silent_attempt())
        untouched = (self.folder / "b.expect.yaml").read_bytes()
        result = self.corpus("--bless")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn(b"count: expected 9, found 1", result.stdout)
        blessed = (self.folder / "a.expect.yaml").read_text()
        for word in ("note: one attempt", "verdict: refused", "count: 1", "server_port: 443", "cause_family: "):
            self.assertIn(word, blessed)
        self.assertNotIn("file-cut", blessed)
        self.assertEqual((self.folder / "b.expect.yaml").read_bytes(), untouched)
        self.assertEqual(self.corpus().returncode, 0)

    def test_a_capture_gets_its_first_expectation_by_blessing(self):
        self.story("a", None, silent_attempt())
        self.story("healthy", None)
        self.file("roles.yaml", b'client: ["10.0.0.1"]\nboth: ["10.0.0.2"]\nof: ["10.0.0.2"]\n')
        result = self.corpus("--bless")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn(b"wrote a.expect.yaml", result.stdout)
        blessed = (self.folder / "a.expect.yaml").read_text()
        for line in ("verdict: syn-no-reply", "client: client\n", "server: 10.0.0.2\n"):
            self.assertIn(line, blessed)
        self.assertEqual((self.folder / "healthy.expect.yaml").read_text().strip(), "findings: none")
        self.assertIn(b"2 captures, 2 pass", self.corpus().stdout)

    def test_what_failed_nowhere_is_blessed_as_none(self):
        self.story("a", SILENT)
        self.assertEqual(self.corpus("--bless").returncode, 0)
        self.assertIn("findings: none", (self.folder / "a.expect.yaml").read_text())
        self.assertEqual(self.corpus().returncode, 0)

    def test_bad_expectations_are_status_2_with_their_line(self):
        for expectation, words in (
            ("findings: none\nfindngs: none\n", ("line 2", "findngs")),
            ("findings: none\nfindings: none\n", ("line 2", "twice")),
            ("findings:\n  - verdict: syn-no-repli\n", ("line 2", "did you mean 'syn-no-reply'?")),
            ("findings:\n  - transport: tcp\n", ("lacks 'verdict'",)),
            ("findings:\n  - {verdict: refused, count: many}\n", ("line 2", "count")),
            ("findings:\n  - {verdict: refused, count: 5..2}\n", ("line 2", "count")),
            ("findings:\n  - {verdict: refused, server: here}\n", ("line 2", "'here' is neither an IP address nor a role")),
            ("findings:\n  - {verdict: refused, server_port: 99999}\n", ("line 2", "server_port")),
            ("findings:\n  - {verdict: refused, cause: gremlins}\n", ("line 2", "gremlins")),
            ("findings:\n  - {verdict: refused, cause: host-down, cause_family: silent-filter}\n", ("exclude",)),
            ("findings:\n  - {verdict: refused, cause: host-down, truth: no-route}\n", ("line 2", "'truth'")),
            ("findings:\n  - {verdict: refused, truth: silent-filter}\n", ("line 2", "no truth 'silent-filter'")),
            ("findings:\n  - {verdict: refused, vantage: here}\n", ("line 2", "vantage")),
            ("findings:\n  - {verdict: refused, attributes: {a: 1, a: 2}}\n", ("line 2", "twice")),
            ("quality: [short]\n", ("lacks 'findings'",)),
            ("findings: none\nquality: [shrt]\n", ("line 2", "did you mean 'short'?")),
            ("findings: none\nallow_others: perhaps\n", ("line 2", "allow_others")),
            ("- a list\n", ("mapping",)),
            ("findings: [unclosed\n", ("not YAML",)),
            ("", ("mapping",)),
        ):
            with self.subTest(expectation=expectation):
                self.story("a", expectation, silent_attempt())
                result = self.corpus()
                self.assertEqual(result.returncode, 2, result.stdout)
                self.assertIn("a.expect.yaml", result.stdout.decode())
                for word in words:
                    self.assertIn(word, result.stdout.decode())

    def test_unreadable_captures_and_orphans_are_status_2_and_win(self):
        self.story("a", SILENT.replace("count: 1", "count: 9"), silent_attempt())
        self.file("b.pcap", b"not a capture, just text\n" * 10)
        self.file("b.expect.yaml", b"findings: none\n")
        self.file("orphan.expect.yaml", b"findings: none\n")
        result = self.corpus()
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout.count(b"ERROR"), 2)

    def test_a_folder_without_captures_is_an_error(self):
        self.assert_trouble(self.corpus(), "no capture")
        self.assert_trouble(run("corpus", self.folder / "missing"), "missing")
        self.assert_trouble(run("corpus"), "DIR")

    def test_json_has_precision_recall_and_ranks(self):
        self.story("a", SILENT, silent_attempt())
        self.story("b", SILENT.replace("443", "80"), silent_attempt())
        result = self.corpus("--json", "-j", "2")
        self.assertEqual(result.returncode, 1)
        report = json.loads(result.stdout)
        self.assertEqual(report["schema"], "whydrop-corpus/1")
        self.assertEqual(report["captures"]["total"], 2)
        verdict = report["verdicts"]["syn-no-reply"]
        self.assertEqual((verdict["precision"], verdict["recall"]), (0.5, 0.5))
        self.assertEqual(report["causes"]["wanted"], 2)
        self.assertEqual([check["status"] for check in report["checks"]], ["pass", "fail"])

    def test_json_measures_the_true_cause_however_far_back_it_may_stand(self):
        self.story("a", SILENT.replace("within: 3\n", "within: 3\n    truth: no-route\n"), silent_attempt())
        report = json.loads(self.corpus("--json").stdout)
        truth = report["checks"][0]["truths"][0]
        self.assertEqual((truth["cause"], truth["decided"]), ("no-route", False))
        self.assertGreater(truth["rank"], 3)
        self.assertEqual(report["calibration"]["family_first"], 0.0)
        self.assertEqual(report["calibration"]["captures"], 1.0)

    def test_the_result_does_not_depend_on_the_number_of_jobs(self):
        for at in range(8):
            self.story(f"{at}", SILENT if at % 2 else "findings: none\n", silent_attempt())
        statuses = []
        for jobs in ("1", "8"):
            report = json.loads(self.corpus("--json", "-j", jobs).stdout)
            statuses.append([(check["capture"], check["status"], check["details"]) for check in report["checks"]])
        self.assertEqual(*statuses)

    def one_of_each(self):
        self.story("a", SILENT, silent_attempt())
        self.story("b", "findings: none\n", silent_attempt())
        self.story("c", None, silent_attempt())
        self.story("d", SILENT.replace("count: 1", "count: 9") + "xfail: later\n", silent_attempt())
        self.file("e.pcap", b"<&>" * 50)
        self.file("e.expect.yaml", b"findings: none\n")
        self.story("f", SILENT + "xfail: is <not> seen & \\x1b\n", silent_attempt())
        self.story('g"<&\'>\x1b', SILENT, silent_attempt())

    def test_tap_says_what_is_skipped_and_what_is_yet_to_do(self):
        self.one_of_each()
        tap = self.corpus("--tap").stdout.decode().splitlines()
        self.assertEqual(tap[:2], ["TAP version 13", "1..7"])
        self.assertEqual([line[: line.index(" - ")] for line in tap if " - " in line and line[0] != "#"],
                         ["ok 1", "not ok 2", "ok 3", "not ok 4", "not ok 5", "ok 6", "ok 7"])
        self.assertIn("# SKIP", "".join(tap))
        self.assertIn("# TODO later", "".join(tap))

    def test_junit_has_what_ci_systems_show_and_fits_its_schema(self):
        self.one_of_each()
        root = self.junit(self.folder)
        (suite,) = root
        outcomes = {Path(case.get("classname")).name: [(one.tag, one.get("type")) for one in case]
                    for case in suite.iter("testcase")}
        self.assertEqual(outcomes, {
            "a.pcap": [],
            "b.pcap": [("failure", "mismatch")],
            "c.pcap": [("skipped", None)],
            "d.pcap": [("skipped", None)],
            "e.pcap": [("error", "unreadable")],
            "f.pcap": [("failure", "unexpected-pass")],
            'g"<&\'>\\x1b.pcap': [],
        })
        failure = suite.findall("testcase")[1]
        self.assertEqual(failure.get("name"), "b.expect.yaml")
        self.assertIn("not expected", failure.find("failure").text)

    def test_the_whole_repository_as_junit_fits_the_schema(self):
        (suite,) = self.junit(SOURCE / "pcaps")
        self.assertGreater(int(suite.get("tests")), 100)

    def test_the_junit_schema_bites(self):
        good = self.folder / "good.xml"
        self.story("b", "findings: none\n", silent_attempt())
        self.corpus("--junit", str(good))
        text = good.read_text()
        for change in (
            ("<failure ", "<failed "),
            (' type="mismatch"', ""),
            (' classname="', ' class="'),
            (' tests="1"', ' tests="one"'),
            ("</failure>", "</failure><skipped message='both'/>"),
            (' time="', ' time="1e-'),
            ("<system-out/>", ""),
        ):
            with self.subTest(change=change):
                self.assertIn(change[0], text)
                bad = self.file("bad.xml", text.replace(*change).encode())
                self.assertNotEqual(xmllint(bad).returncode, 0)

    def junit(self, folder: Path) -> xml.Element:
        """Its root, once it fits the schema and its totals fit its cases."""
        path = self.folder / "out.xml"
        run("corpus", "--junit", path, folder)
        checked = xmllint(path)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        root = xml.parse(path).getroot()
        elements = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
        for total, element in elements.items():
            self.assertEqual(int(root[0].get(total)), len(list(root.iter(element))), total)
        return root


def xmllint(path: Path) -> subprocess.CompletedProcess:
    schema = Path(__file__).with_name("junit.xsd")
    return subprocess.run(["xmllint", "--noout", "--schema", schema, path], capture_output=True, text=True)
