"""How whydrop is asked, and what it says when it is asked wrongly."""

from support import CliTest, refused_attempt, run, silent_attempt


class Usage(CliTest):
    def test_without_arguments_it_shows_its_usage_and_fails(self):
        result = run()
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout, b"")
        for command in (b"read", b"flows", b"corpus", b"explain"):
            self.assertIn(b"whydrop " + command, result.stderr)

    def test_help_and_version_go_to_standard_output(self):
        for arguments in (["--help"], ["-h"], ["--version"], ["read", "--help"], ["corpus", "-h"]):
            with self.subTest(arguments=arguments):
                result = run(*arguments)
                self.assertEqual((result.returncode, result.stderr), (0, b""))
                self.assertIn(b"whydrop", result.stdout)
                for line in result.stdout.decode().splitlines():
                    self.assertLessEqual(len(line), 100)

    def test_a_file_alone_is_read(self):
        path = self.capture("a.pcap", silent_attempt())
        self.assertEqual(run(path).stdout, run("read", path).stdout)
        self.assertEqual(run("-r", path).stdout, run("read", path).stdout)

    def test_r_and_file_arguments_are_read_together(self):
        silent = self.capture("silent.pcap", silent_attempt())
        refused = self.capture("refused.pcap", refused_attempt(start=20))
        for arguments in (["-r", refused, silent], [silent, "-r", refused], ["-r", silent, "-r", refused]):
            with self.subTest(arguments=arguments):
                result = run("-q", *arguments)
                self.assertEqual((result.returncode, result.stderr), (0, b""))
                self.assertEqual(result.stdout.count(b"\n"), 2)

    def test_misspelt_words_meet_a_suggestion(self):
        path = self.capture("a.pcap", silent_attempt())
        for arguments, suggestion in (
            (["reed", path], "whydrop read"),
            (["explian"], "whydrop explain"),
            (["read", "--jsn", path], "--json"),
            (["--fail-on", "syn-no-repli", path], "syn-no-reply"),
            (["--platform", "awz", path], "aws"),
            (["explain", "syn-no-repli"], "syn-no-reply"),
            (["explain", "nftable"], "nftables"),
            (["explain", "conection timed out"], "Connection timed out"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_trouble(run(*arguments), "did you mean", suggestion)

    def test_wrong_values_are_named(self):
        path = self.capture("a.pcap", silent_attempt())
        for arguments, word in (
            (["--color", "sometimes", path], "sometimes"),
            (["--patience", "0", path], "--patience"),
            (["--patience", "nan", path], "--patience"),
            (["--memory", "5X", path], "5X"),
            (["--memory", "99999999999G", path], "--memory"),
            (["--fail-on", "any,sometimes", path], "sometimes"),
            (["-v", "-q", path], "excludes"),
            (["--nonsense-of-a-kind", path], "--nonsense-of-a-kind"),
            (["read"], "no capture file"),
        ):
            with self.subTest(arguments=arguments):
                result = run(*arguments)
                self.assert_trouble(result, word)
                self.assertEqual(result.stdout, b"")

    def test_patience_scales_what_counts_as_silence(self):
        path = self.capture("a.pcap", silent_attempt())
        self.assertIn(b"syn-no-reply", run("-q", path).stdout)
        self.assertNotIn(b"syn-no-reply", run("-q", "--patience", "100", path).stdout)

    def test_a_catalog_that_cannot_be_loaded_is_named(self):
        path = self.capture("a.pcap", silent_attempt())
        self.file("broken/a.yaml", b"causes: [unclosed")
        self.assert_trouble(run("--catalog", self.folder / "broken", path), "a.yaml")


class FailOn(CliTest):
    def test_exit_status_1_says_that_it_matched(self):
        silent = self.capture("silent.pcap", silent_attempt())
        for words, status in (
            ("syn-no-reply", 1),
            ("refused", 0),
            ("refused,syn-no-reply", 1),
            ("any", 1),
            ("degraded", 1),
        ):
            with self.subTest(words=words):
                result = run("--fail-on", words, silent)
                self.assertEqual(result.returncode, status, result.stderr)

    def test_without_it_findings_are_no_failure(self):
        self.assertEqual(run(self.capture("silent.pcap", silent_attempt())).returncode, 0)

    def test_trouble_with_the_input_wins(self):
        silent = self.capture("silent.pcap", silent_attempt())
        self.assertEqual(run("--fail-on", "any", silent, self.folder / "missing.pcap").returncode, 2)


class Explain(CliTest):
    def test_it_lists_everything(self):
        text = run("explain").stdout.decode()
        for word in ("syn-no-reply", "capture-one-sided", "host-firewall-drop", "silent-filter"):
            self.assertIn(word, text)

    def test_it_explains_ids_of_every_kind(self):
        for word in ("pmtu-blackhole", "short", "host-firewall-drop", "silent-filter"):
            with self.subTest(word=word):
                result = run("explain", word)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertTrue(result.stdout.decode().startswith(word + ", "))

    def test_it_says_what_a_system_can_check(self):
        text = run("explain", "ufw").stdout.decode()
        self.assertTrue(text.startswith("ufw, a system that causes are checked on: "), text)
        self.assertIn("ufw status verbose", text)
        for word in ("host-firewall-drop", "rate-limited", "no record", "denied", "allowed"):
            self.assertIn(word, text)
        self.assertNotIn("security-group-ingress", text)

    def test_it_marks_what_is_known_from_documentation_only(self):
        self.assertIn("(as documented)", " ".join(run("explain", "windows-profile").stdout.decode().split()))
        self.assertNotIn("as documented", run("explain", "conntrack-full").stdout.decode())

    def test_it_says_what_a_log_decides(self):
        text = run("explain", "host-firewall-drop").stdout.decode()
        self.assertIn("A log decides in three ways", text)
        self.assertNotIn("three ways", run("explain", "tcp-wrappers").stdout.decode())

    def test_it_goes_from_a_message_to_verdicts_and_causes(self):
        for arguments in (["Connection timed out"], ["connection", "TIMED", "out"],
                          ["ssh: connect to host a port 22: Connection timed out"]):
            with self.subTest(arguments=arguments):
                text = run("explain", *arguments).stdout.decode()
                self.assertIn("syn-no-reply: nothing answers the SYN", text)
                self.assertIn("host-firewall-drop", text)
