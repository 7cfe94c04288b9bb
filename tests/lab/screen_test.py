#!/usr/bin/env python3
"""`whydrop live` on a terminal: what a person sees and types, and that the terminal is given back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import unittest

from namespaces import skip_where_impossible
from network import Network
from session import Session
from terminal import Terminal
from topology import LINE, Seed

WHYDROP = os.environ["WHYDROP"]
PATIENT = 60.0  # seconds; nothing takes five, but machines are busy
WHOLE_SCREEN = b"\x1b[?1049h"
NORMAL_SCREEN = b"\x1b[?1049l"
DOWN = "\x1bOB"


class Screen(unittest.TestCase):
    def setUp(self) -> None:
        session = Session()
        session.__enter__()
        self.addCleanup(session.__exit__, None, None, None)
        self.network = Network(session, LINE, Seed(), offload=True)
        self.network.story.mkdir()
        self.network.build()

    def start(self, *options: str, terminal: Terminal | None = None, **environment: str) -> subprocess.Popen[bytes]:
        self.terminal = terminal or Terminal()
        self.addCleanup(self.terminal.close)
        self.network.environment.update({"TERM": "xterm", **environment})
        command = [WHYDROP, "live", "-i", "eth0", *options]
        with os.fdopen(os.dup(self.terminal.side), "r+b", buffering=0) as side:
            process = self.network.start("client", command, side, stdin=side)
        self.terminal.wait_for(lambda shown: "eth0" in shown, "eth0", PATIENT)
        return process

    def see(self, *words: str) -> str:
        return self.terminal.wait_for(lambda shown: all(word in shown for word in words), str(words), PATIENT)

    def attempt(self, port: int) -> None:
        self.network.output("client", f"curl -s http://10.9.2.2:{port}/", PATIENT)

    def is_over(self, process: subprocess.Popen[bytes], status: int = 0) -> str:
        """The normal screen that is left."""
        self.assertEqual(status, process.wait(timeout=PATIENT))
        shown = self.terminal.shows()
        self.assertTrue(self.terminal.is_as_before())
        self.assertEqual(self.terminal.sent.count(WHOLE_SCREEN), self.terminal.sent.count(NORMAL_SCREEN))
        return shown

    def test_a_failing_attempt_appears_can_be_opened_and_is_in_the_last_report(self) -> None:
        process = self.start()
        self.see("whydrop live on eth0", "No packet has come so far", "q end")
        self.attempt(81)
        self.see("1 failing", "> L1 new", "refused", "10.9.1.2 -> 10.9.2.2:81", "Next, on", "Enter open")
        self.attempt(82)
        self.see("2 failing", "> L2 new", "  L1 new")
        self.terminal.type(DOWN)
        self.see("> L1 new", "  L2 new")
        self.terminal.type("\r")
        self.see("L1  refused, failure", "Evidence", "Next test", "Esc back")
        self.terminal.type(" ")
        self.see("check  ", "fix  ")
        self.terminal.type("\x1b")
        self.see("2 failing", "> L1 new")
        self.terminal.type("q")
        self.assertIn("F1  refused", self.is_over(process))
        self.assertNotIn("appeared", self.terminal.shows())

    def test_it_follows_the_size_of_its_window(self) -> None:
        process = self.start()
        self.attempt(81)
        self.see("1 failing")
        for width, height, words in (
            (44, 12, ("> L1 refused", "10.9.2.2:81", "q end")),
            (30, 5, ("This window is 30x5",)),
            (120, 40, ("> L1  ", "for  ", "q end with the report")),
        ):
            self.terminal.resize(width, height)
            process.send_signal(signal.SIGWINCH)
            self.see(*words)
        self.terminal.type("q")
        self.is_over(process)

    def test_what_ends_a_watch_gives_the_terminal_back(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                process = self.start()
                process.send_signal(number)
                self.assertIn("That can mean", self.is_over(process))
        with self.subTest("--duration"):
            self.assertIn("That can mean", self.is_over(self.start("--duration", "1s")))
        with self.subTest("an interface that vanishes"):
            process = self.start()
            self.network.run("client", "ip link delete eth0")
            self.assertIn("eth0: is gone", self.is_over(process, 2))

    def test_so_does_a_crash(self) -> None:
        for number in (signal.SIGQUIT, signal.SIGSEGV):
            with self.subTest(signal=number.name):
                process = self.start()
                process.send_signal(number)
                self.is_over(process, -number)

    def test_a_terminal_that_is_closed_ends_it(self) -> None:
        process = self.start()
        self.terminal.hang_up()
        process.wait(timeout=PATIENT)

    def test_a_stopped_terminal_does_not_stop_the_watch(self) -> None:
        process = self.start()
        self.terminal.type("\x13")
        time.sleep(0.5)
        self.attempt(81)
        self.assertNotIn("failing", self.terminal.shows())
        self.terminal.type("\x11")
        self.see("1 failing")
        self.terminal.type("q")
        self.is_over(process)

    def test_colour_is_as_asked_for_and_a_poor_locale_gets_ascii(self) -> None:
        for environment, red, arrows in (({}, True, True), ({"NO_COLOR": "1", "LANG": "C"}, False, False)):
            process = self.start(**environment)
            self.attempt(81)
            self.see("1 failing", "↑↓" if arrows else "Up/Down")
            self.terminal.type("q")
            self.is_over(process)
            self.assertEqual(red, b"\x1b[31m" in self.terminal.sent)

    def test_lines_are_still_to_be_had(self) -> None:
        for options, environment in ((["--plain"], {}), (["-q"], {}), (["--every", "1s"], {}), ([], {"TERM": "dumb"})):
            with self.subTest(options=options, environment=environment):
                process = self.start(*options, **environment)
                self.see("eth0 is watched; Ctrl-C ends it with the report")
                process.terminate()
                self.is_over(process)
                self.assertNotIn(WHOLE_SCREEN, self.terminal.sent)


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
