"""The sandbox as a user meets it: what --version -v shows, and that nothing which is asked for is refused."""

from __future__ import annotations

import os
import unittest

from support import CliTest, refused_attempt, run, silent_attempt

EXPECTED = "note: one\nfindings:\n  - verdict: syn-no-reply\nallow_others: true\n"


class SelfCheck(CliTest):
    def test_every_way_out_was_tried_and_is_closed(self):
        result = run("--version", "-v")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        lines = result.stdout.decode().splitlines()
        self.assertIn(["read", "flows", "corpus", "live"], [line.split() for line in lines])
        for way in ("open /etc/passwd", "create a file", "open a socket", "run a program"):
            (row,) = (line for line in lines if line.startswith(way))
            if "Landlock is not" not in result.stdout.decode():
                self.assertEqual(["refused"] * 4, row.removeprefix(way).split())
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertLessEqual(len(lines), 24)

    def test_version_alone_is_one_line(self):
        self.assertEqual(1, run("--version").stdout.count(b"\n"))


class Work(CliTest):
    def test_several_files_are_read_also_those_that_only_the_starting_user_may(self):
        first, second = self.capture("a.pcap", silent_attempt()), self.capture("b.pcap", refused_attempt(start=20))
        second.chmod(0o400)
        self.folder.chmod(0o700)
        result = run("-q", first, second)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(2, result.stdout.count(b"\n"))

    def test_a_file_that_is_missing_among_several_is_called_missing(self):
        result = run("-q", self.capture("a.pcap", silent_attempt()), self.folder / "missing.pcap")
        self.assertIn(b"missing.pcap: no such file", result.stderr)

    def test_what_is_wrong_with_the_one_file_is_said_whoever_may_open_it_again(self):
        self.folder.chmod(0o755)
        for content, words in ((b"", "is empty"), (b"ab", "shorter than"), (b"no capture at all" * 9, "no capture file")):
            with self.subTest(words=words):
                self.assert_trouble(run(self.file("a.pcap", content)), words)

    def test_local_time_knows_the_zone(self):
        path = self.capture("a.pcap", silent_attempt())
        zone = {"TZ": "WST-3"}
        self.assertNotEqual(run("--local-time", path, env=zone).stdout, run(path, env=zone).stdout)

    def test_links_out_of_a_corpus_are_followed(self):
        outside = self.capture("outside/a.pcap", silent_attempt())
        self.file("corpus/a.expect.yaml", EXPECTED.encode())
        (self.folder / "corpus/a.pcap").symlink_to(outside)
        result = run("corpus", "-j2", self.folder / "corpus")
        self.assertEqual((result.returncode, result.stderr), (0, b""), result.stdout)

    def test_a_corpus_is_blessed_and_its_junit_file_replaced(self):
        self.capture("corpus/a.pcap", silent_attempt())
        junit = self.file("junit.xml", b"x" * 100_000)
        for _ in ("new", "known"):
            result = run("corpus", "-j2", "--bless", "--junit", junit, self.folder / "corpus")
            self.assertEqual((result.returncode, result.stderr), (0, b""), result.stdout)
        self.assertEqual(os.stat(self.folder).st_uid, os.stat(self.folder / "corpus/a.expect.yaml").st_uid)
        self.assertNotIn(b"xxx", junit.read_bytes())
        self.assertIn(b"<testsuite", junit.read_bytes())


if __name__ == "__main__":
    unittest.main()
