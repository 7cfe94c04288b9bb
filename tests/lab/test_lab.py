#!/usr/bin/env python3
"""Tests of the lab itself: what it records, and that it never leaves anything behind.

Recording needs root and network namespaces; without them those tests are skipped.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lab import PCAPS
from scenario import load, scenario_names
from session import STATE, start_time

LAB = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]
QUICK = "tcp-closed-port"
SLOW = "tcp-drop-forward"


def namespaces_work() -> bool:
    if os.geteuid() != 0:
        return False
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    return probe.returncode == 0


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


class Stories(unittest.TestCase):
    def test_every_capture_point_of_every_story_has_a_capture_and_an_expectation(self) -> None:
        for name in scenario_names():
            points = set(load(name).points)
            for suffix in (".pcap", ".expect.yaml"):
                files = (PCAPS / name).glob(f"*{suffix}")
                found = {path.name.removesuffix(suffix) for path in files}
                self.assertEqual(points, found, f"pcaps/{name}/*{suffix}")

    def test_every_story_tells_a_person_what_to_see(self) -> None:
        for name in scenario_names():
            text = (load(name).folder / "README.md").read_text()
            self.assertTrue(1 <= len(text.splitlines()) <= 3, f"scenarios/{name}/README.md")


@unittest.skipUnless(namespaces_work(), "needs root and network namespaces")
class Recording(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="whydrop-lab-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_a_story_recorded_afresh_shows_what_it_tells(self) -> None:
        self.record_quick_story()
        for point in load(QUICK).points:
            capture = self.folder / QUICK / f"{point}.pcap"
            read = ["tcpdump", "-n", "-r", str(capture), "tcp[tcpflags] & tcp-rst != 0"]
            resets = subprocess.run(read, capture_output=True, text=True, check=True).stdout
            self.assertEqual(2, len(resets.splitlines()), f"RSTs at {point}:\n{resets}")

    def test_a_terminated_recording_leaves_nothing_behind(self) -> None:
        owner, processes = self.interrupt(signal.SIGTERM)
        self.assertEqual([], self.belongings(owner))
        self.assertEqual([], self.still_alive(processes))

    def test_what_a_killed_recording_leaves_behind_is_removed_by_the_next_run(self) -> None:
        owner, processes = self.interrupt(signal.SIGKILL)
        self.assertTrue(self.belongings(owner), "a killed run cannot clean up")
        self.record_quick_story()
        self.assertEqual([], self.belongings(owner))
        self.assertEqual([], self.still_alive(processes))

    def interrupt(self, number: signal.Signals) -> tuple[int, list[int]]:
        """Ends a recording whose captures run; returns its pid and those of its programs."""
        lab = subprocess.Popen([*LAB, "record", SLOW, "--into", str(self.folder)])
        self.addCleanup(lab.kill)
        self.assertTrue(wait_until(lambda: self.capturing(lab.pid), 15), "captures never ran")
        processes = self.processes(lab.pid)
        self.assertGreaterEqual(len(processes), len(load(SLOW).points))
        lab.send_signal(number)
        lab.wait(timeout=15)
        self.assertEqual([], list(self.folder.iterdir()), "half a recording was kept")
        return lab.pid, processes

    def record_quick_story(self) -> None:
        subprocess.run([*LAB, "record", QUICK, "--into", str(self.folder)], check=True)

    def capturing(self, owner: int) -> bool:
        return any(STATE.glob(f"{owner}-*/capturing"))

    def belongings(self, owner: int) -> list[str]:
        namespaces = Path("/run/netns").glob(f"whydrop-{owner}-*")
        return [str(path) for path in [*namespaces, *STATE.glob(f"{owner}-*")]]

    def processes(self, owner: int) -> list[int]:
        found: list[int] = []
        for namespace in Path("/run/netns").glob(f"whydrop-{owner}-*"):
            listed = ["ip", "netns", "pids", namespace.name]
            output = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
            found += map(int, output.split())
        return found

    def still_alive(self, pids: list[int]) -> list[int]:
        return [pid for pid in pids if start_time(pid)]


if __name__ == "__main__":
    unittest.main()
