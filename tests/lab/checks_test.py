#!/usr/bin/env python3
"""Runs the checks of the catalog where their causes are real: they print what they should, and a wrong one is noticed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from namespaces import skip_where_impossible
from proofs import FIRST_ONLY, Check, differences, load_proofs, provable_names
from scenario import load

CATALOG = Path(__file__).resolve().parents[2] / "src" / "cause" / "catalog"
LAB = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]
# Who prints what the checks look at, and what a program must be there for.
PROGRAMS = {"ufw-host": "ufw", "firewalld-host": "firewall-cmd", "story-etc": "tcpdmatch"}
# Systems, and tools of the system "linux": each is run by a story at least.
SYSTEMS = {"nftables", "iptables", "ufw", "firewalld", "sshd", "tcp-wrappers"}
# What a check for "linux" starts with, where it asks the kernel.
TOOLS = re.compile(r"(conntrack|sysctl|nstat|ss|ip) ")
# Checks of these systems and tools that no story can make real, and why.
UNPROVEN = {
    ("fail2ban-ban", "sshd"): "the sshd of Debian 12 has no PerSourcePenalties yet",
    ("timestamps-behind-nat", "linux"): "needs two machines behind one address whose clocks run apart",
    ("firewalld-zone", "linux"): "the kernel's log belongs to the machine: no namespace has one",
}
# Stories that change the whole machine run alone, which takes long: `./dev lab prove all` has them, too.
TOGETHER = [name for name in provable_names() if not load(name).exclusive]


def checks_of(name: str) -> list[Check]:
    return [check for proof in load_proofs(name) for check in proof.check]


def missing(name: str) -> set[str]:
    needed = {PROGRAMS[check.inside] for check in checks_of(name) if check.inside}
    return {program for program in needed if not shutil.which(program)}


def catalog_checks() -> dict[tuple[str, str], str]:
    """The first command of each cause for each system; the catalog writes every check alike."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted(CATALOG.glob("*.yaml")):
        cause, section = "", ""
        lines = path.read_text().splitlines()
        for at, line in enumerate(lines):
            if match := re.match(r"  - id: (\S+)", line):
                cause = match[1]
            elif match := re.match(r"    (\w+):", line):
                section = match[1]
            elif section == "checks" and (match := re.match(r"      - system: (\S+)", line)):
                command = next(one for one in lines[at:] if one.startswith("        command: "))
                found.setdefault((cause, match[1]), command.removeprefix("        command: ").strip('"'))
    return found


class Checks(unittest.TestCase):
    def test_checks_print_what_proves_the_cause_where_it_is_real(self) -> None:
        """One proof a story, which takes a minute; `./dev lab prove all`, or FIRST_ONLY set to nothing: every one."""
        runnable = []
        for name in TOGETHER:
            if lacking := missing(name):
                print(f"{name}: not proved, {', '.join(lacking)} is not installed", file=sys.stderr)
            else:
                runnable.append(name)
        done = subprocess.run(
            [*LAB, "prove", *runnable, "-j", "10"],
            capture_output=True,
            text=True,
            check=False,
            env={FIRST_ONLY: "1", **os.environ},
        )
        self.assertEqual(0, done.returncode, f"\n{done.stdout}{done.stderr}")

    def test_every_system_that_the_lab_can_have_is_proved_by_a_story(self) -> None:
        proved = {check.system for name in TOGETHER for check in checks_of(name)}
        self.assertLessEqual(SYSTEMS, proved)

    def test_every_check_that_the_lab_can_run_is_proved_by_a_story(self) -> None:
        proved = {(check.cause, check.system) for name in provable_names() for check in checks_of(name)}
        runnable = {
            (cause, system)
            for (cause, system), command in catalog_checks().items()
            if system in SYSTEMS or (system == "linux" and TOOLS.match(command))
        }
        self.assertGreater(len(runnable), 80)
        self.assertEqual(set(), runnable - proved - UNPROVEN.keys())
        self.assertEqual(set(), UNPROVEN.keys() & proved, "no longer unproven")


class Comparing(unittest.TestCase):
    """What counts as printed."""

    def check(self, **keys: object) -> Check:
        return Check(point="server", cause="rule-order", system="nftables", node="server", **keys)  # type: ignore[arg-type]

    def test_all_that_it_prints_must_be_there_and_nothing_that_it_lacks(self) -> None:
        check = self.check(prints=["^drop$", "443.*\n.*444"], lacks=["accept"])
        self.assertEqual([], differences(check, "", "", "443\n444\ndrop\n"))
        self.assertEqual(1, len(differences(check, "", "", "443\n444\ndrop 443\n")))
        self.assertEqual(1, len(differences(check, "", "", "443\n444\ndrop\naccept\n")))

    def test_what_rules_print_must_not_stand_there_without_them(self) -> None:
        check = self.check(prints=["drop"])
        self.assertEqual([], differences(check, "accept", "", "drop"))
        self.assertIn("before the rules", differences(check, "drop", "", "drop")[0])

    def test_a_counter_has_to_grow(self) -> None:
        check = self.check(grows=[r"^drops (\d+)"])
        self.assertEqual([], differences(check, "", "drops 9", "drops 10"))
        self.assertEqual([], differences(check, "", "drops 1\ndrops 1", "drops 1\ndrops 2"))
        self.assertIn("does not grow: 9, then 9", differences(check, "", "drops 9", "drops 9")[0])
        self.assertIn("does not grow: 0, then 0", differences(check, "", "", "")[0])


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
