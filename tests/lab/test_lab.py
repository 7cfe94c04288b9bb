#!/usr/bin/env python3
"""Tests of the lab itself: what it records, and that it never leaves anything behind.

Recording needs root and network namespaces; without them those tests are skipped.
"""

from __future__ import annotations

import os
import re
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
from recording import ROLES
from scenario import load, scenario_names
from session import STATE, start_time

LAB = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]
QUICK = "tcp-closed-port"
SLOW = "tcp-drop-forward"
EXCLUSIVE = "conntrack-full"
LIMIT = Path("/proc/sys/net/netfilter/nf_conntrack_max")
ENDPOINT = re.compile(r"\b(?:client|server|sender): ([a-z]\w*)")


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

    def test_every_endpoint_that_an_expectation_names_is_a_role_of_its_recording(self) -> None:
        for expectation in PCAPS.glob("*/*.expect.yaml"):
            roles = re.findall(r"^(\w+):", (expectation.parent / ROLES).read_text(), re.MULTILINE)
            named = set(ENDPOINT.findall(expectation.read_text()))
            self.assertLessEqual(named, set(roles), expectation)

    def test_kept_captures_are_small(self) -> None:
        sizes = {path: path.stat().st_size for path in PCAPS.glob("*/*.pcap")}
        self.assertLess(max(sizes.values()), 200_000)
        self.assertLess(sum(sizes.values()), 3_000_000)

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

    @unittest.skipUnless(os.access(LIMIT, os.W_OK), "may not change the machine's settings")
    def test_the_next_command_restores_machine_wide_settings_after_a_kill(self) -> None:
        before = LIMIT.read_text()
        owner, processes = self.interrupt(signal.SIGKILL, EXCLUSIVE)
        self.assertNotEqual(before, LIMIT.read_text(), "the story changes it")
        subprocess.run([*LAB, "list"], stdout=subprocess.DEVNULL, check=True)
        self.assertEqual(before, LIMIT.read_text())
        self.assertEqual([], self.belongings(owner))
        self.assertEqual([], self.still_alive(processes))

    @unittest.skipUnless(os.access(LIMIT, os.W_OK), "may not change the machine's settings")
    def test_a_terminated_recording_restores_machine_wide_settings_itself(self) -> None:
        before = LIMIT.read_text()
        self.interrupt(signal.SIGTERM, EXCLUSIVE)
        self.assertEqual(before, LIMIT.read_text())

    def test_stories_under_way_end_with_the_run_that_started_them(self) -> None:
        lab = subprocess.Popen([*LAB, "record", SLOW, QUICK, "--into", str(self.folder)])
        self.addCleanup(lab.kill)
        self.assertTrue(wait_until(lambda: len(self.children(lab.pid)) > 0, 15))
        worker = self.children(lab.pid)[0]
        self.assertTrue(wait_until(lambda: self.capturing(worker), 15), "captures never ran")
        lab.kill()
        lab.wait(timeout=15)
        self.assertTrue(wait_until(lambda: not self.still_alive([worker]), 15), "outlived its run")
        self.assertEqual([], self.belongings(worker))

    def test_a_reseeded_recording_has_other_addresses(self) -> None:
        reseeded = [*LAB, "record", QUICK, "--reseed", "5", "--into", str(self.folder)]
        subprocess.run(reseeded, check=True)
        read = ["tcpdump", "-n", "-r", str(self.folder / QUICK / "client.pcap")]
        shown = subprocess.run(read, capture_output=True, text=True, check=True).stdout
        self.assertIn(".8080", shown)
        self.assertNotIn(" 10.9.", shown)

    def interrupt(self, number: signal.Signals, story: str = SLOW) -> tuple[int, list[int]]:
        """Ends a recording whose captures run; returns its pid and those of its programs."""
        lab = subprocess.Popen([*LAB, "record", story, "--into", str(self.folder)])
        self.addCleanup(lab.kill)
        self.assertTrue(wait_until(lambda: self.capturing(lab.pid), 60), "captures never ran")
        processes = self.processes(lab.pid)
        self.assertGreaterEqual(len(processes), len(load(story).points))
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

    def children(self, pid: int) -> list[int]:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in listed.split()]

    def still_alive(self, pids: list[int]) -> list[int]:
        return [pid for pid in pids if start_time(pid)]


if __name__ == "__main__":
    unittest.main()
