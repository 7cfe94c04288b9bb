#!/usr/bin/env python3
"""Tests of the stories as they lie there: captures, expectations, READMEs, and who can record them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from lab import PCAPS
from namespaces import SKIPPED
from recording import ROLES
from scenario import load, scenario_names

ENDPOINT = re.compile(r"\b(?:client|server|sender): ([a-z]\w*)")
FINDING = re.compile(r"^ *- +\{?verdict:", re.MULTILINE)
TRUTH = re.compile(r"\btruth: ([a-z0-9-]+)")
WITHOUT_PRIVILEGES = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]


def recorded(pattern: str) -> list[Path]:
    """Files of the lab; people keep captures of their own beside them."""
    return [path for name in scenario_names() for path in (PCAPS / name).glob(pattern)]


class Stories(unittest.TestCase):
    def test_every_capture_point_of_every_story_has_a_capture_and_an_expectation(self) -> None:
        for name in scenario_names():
            points = set(load(name).points)
            for suffix in (".pcap", ".expect.yaml"):
                files = (PCAPS / name).glob(f"*{suffix}")
                found = {path.name.removesuffix(suffix) for path in files}
                self.assertEqual(points, found, f"pcaps/{name}/*{suffix}")

    def test_every_endpoint_that_an_expectation_names_is_a_role_of_its_recording(self) -> None:
        for expectation in recorded("*.expect.yaml"):
            roles = re.findall(r"^(\w+):", (expectation.parent / ROLES).read_text(), re.MULTILINE)
            named = set(ENDPOINT.findall(expectation.read_text()))
            self.assertLessEqual(named, set(roles), expectation)

    def test_every_finding_of_a_broken_network_names_the_cause_that_did_it(self) -> None:
        for name in scenario_names():
            texts = {path: path.read_text() for path in (PCAPS / name).glob("*.expect.yaml")}
            healthy = load(name).cause == "none"
            for path, text in texts.items():
                findings = 0 if healthy else len(FINDING.findall(text))
                self.assertEqual(findings, len(TRUTH.findall(text)), f"{path}: 'truth' of a finding")
            told = {cause for text in texts.values() for cause in TRUTH.findall(text)}
            if told:
                self.assertIn(load(name).cause, told, f"scenarios/{name}/scenario.toml")

    def test_kept_captures_are_small(self) -> None:
        sizes = [path.stat().st_size for path in recorded("*.pcap")]
        self.assertLess(max(sizes), 200_000)
        self.assertLess(sum(sizes), 3_000_000)

    def test_every_story_tells_a_person_what_to_see(self) -> None:
        for name in scenario_names():
            text = (load(name).folder / "README.md").read_text()
            self.assertTrue(1 <= len(text.splitlines()) <= 3, f"scenarios/{name}/README.md")


class Skipping(unittest.TestCase):
    def test_what_records_says_where_it_cannot_and_is_skipped(self) -> None:
        for name in ("recording_test.py", "interrupt_test.py", "checks_test.py", "live_test.py"):
            command = [sys.executable, str(Path(__file__).resolve().parent / name)]
            if os.geteuid() == 0:
                command = WITHOUT_PRIVILEGES + command
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(SKIPPED, done.returncode, done.stderr)
            self.assertIn("skipped: ", done.stderr)
            self.assertIn("network namespaces", done.stderr)


if __name__ == "__main__":
    unittest.main()
