"""A cause that somebody adds without building anything: a YAML file and --catalog."""

import json

from support import CliTest, run, silent_attempt

LOST_CABLE = """
families:
  - {id: cables, title: "something is unplugged"}
causes:
  - id: cleaner-pulled-the-cable
    family: cables
    title: "The cleaner pulled the cable"
    component: link
    place: request-path
    summary: "It happens on Thursdays, in the rack beside the door."
    explains:
      - {verdict: syn-no-reply, prior: 0.9}
    evidence:
      - {predicate: not host_alive, for: 1, against: rules_out}
    checks:
      - {system: linux, command: "ssh door-camera last {server}", proves: "somebody with a broom"}
      - {system: router, command: "show interfaces status", proves: "notconnect at its port"}
    otherwise: "the cable is in: look at the port of the switch (interface-down)"
    fixes:
      - {system: linux, command: "call the janitor about {server}", note: "politely"}
    not_to_confuse_with:
      - {id: interface-down, difference: "there the cable is still in"}
    sources: [https://www.rfc-editor.org/rfc/rfc1149]
"""


class OwnCatalog(CliTest):
    def setUp(self):
        super().setUp()
        self.own = self.folder / "own"
        self.own.mkdir()
        (self.own / "cables.yaml").write_text(LOST_CABLE)
        self.path = self.capture("silent.pcap", silent_attempt())

    def test_the_cause_is_ranked_in_the_report_with_its_command_filled_in(self):
        report = json.loads(run("--json", "--catalog", self.own, self.path).stdout)
        causes = report["findings"][0]["causes"]
        self.assertEqual(causes[0]["id"], "cleaner-pulled-the-cable")
        self.assertEqual(causes[0]["family"], "cables")
        self.assertEqual(causes[0]["checks"][0]["command"], "ssh door-camera last 10.0.0.2")
        self.assertEqual(causes[0]["fixes"][0]["command"], "call the janitor about 10.0.0.2")
        self.assertIn("host-firewall-drop", [cause["id"] for cause in causes])
        self.assertAlmostEqual(sum(cause["probability"] for cause in causes), 1, delta=0.1)

    def test_the_first_screen_shows_it(self):
        text = run("--catalog", self.own, self.path).stdout.decode()
        self.assertIn("cleaner-pulled-the-cable", text)

    def test_it_is_explained_like_any_other(self):
        text = run("explain", "--catalog", self.own, "cleaner-pulled-the-cable").stdout.decode()
        self.assertTrue(text.startswith("cleaner-pulled-the-cable, a cause (link): The cleaner pulled the cable."), text)
        self.assertIn("interface-down", text)
        self.assertIn("cleaner-pulled-the-cable", run("explain", "--catalog", self.own, "syn-no-reply").stdout.decode())
        self.assertIn("cleaner-pulled-the-cable", run("explain", "--catalog", self.own, "cables").stdout.decode())

    def test_without_the_option_nobody_knows_it(self):
        self.assertNotIn(b"cleaner", run("--json", self.path).stdout)
        self.assertEqual(run("explain", "cleaner-pulled-the-cable").returncode, 2)

    def test_each_mistake_is_named_with_file_and_line(self):
        for right, wrong, line, message in (
            ("not host_alive", "not host_alife", 14, "unknown predicate 'host_alife'"),
            ('    summary: "It happens on Thursdays, in the rack beside the door."\n', "", 5, "lacks 'summary'"),
            ("causes:\n", "causes:\n" + LOST_CABLE.split("causes:\n")[1], 24, "cleaner-pulled-the-cable"),
            ("for: 1,", "for: 60,", 14, "'for' is a number above 0, at most 6"),
            ("{system: router", "{system: ruter", 17, "unknown system 'ruter'"),
        ):
            with self.subTest(wrong=message):
                (self.own / "cables.yaml").write_text(LOST_CABLE.replace(right, wrong))
                result = run("--catalog", self.own, self.path)
                self.assertEqual(result.returncode, 2)
                printed = result.stderr.decode()
                self.assertIn("cables.yaml", printed)
                self.assertIn(f"at line {line}", printed)
                self.assertIn(message, printed)
                self.assertEqual(b"", result.stdout)

    def test_a_word_that_is_nearly_right_is_answered_with_the_right_one(self):
        (self.own / "cables.yaml").write_text(LOST_CABLE.replace("not host_alive", "not host_alife"))
        self.assertIn("did you mean 'host_alive'?", run("--catalog", self.own, self.path).stderr.decode())
