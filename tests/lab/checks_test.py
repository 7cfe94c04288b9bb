#!/usr/bin/env python3
"""Runs the checks of the catalog where their causes are real: they print what they should, and a wrong one is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from namespaces import skip_where_impossible
from proofs import Check, Proof, differences, load_proof, provable_names
from scenario import load

LAB = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]
# Who prints what the checks look at, and what a program must be there for.
PROGRAMS = {"ufw-host": "ufw", "firewalld-host": "firewall-cmd", "story-etc": "tcpdmatch"}
# Systems, and tools of the system "linux": each is run by a story at least.
SYSTEMS = {"nftables", "iptables", "ufw", "firewalld", "sshd", "tcp-wrappers"}
# Stories that change the whole machine run alone, which takes long: `./dev lab prove all` has them, too.
TOGETHER = [name for name in provable_names() if not load(name).exclusive]


def missing(proof: Proof) -> set[str]:
    return {PROGRAMS[check.inside] for check in proof.check if check.inside and not shutil.which(PROGRAMS[check.inside])}


class Checks(unittest.TestCase):
    def test_checks_print_what_proves_the_cause_where_it_is_real(self) -> None:
        runnable = []
        for name in TOGETHER:
            if lacking := missing(load_proof(name)):
                print(f"{name}: not proved, {', '.join(lacking)} is not installed", file=sys.stderr)
            else:
                runnable.append(name)
        done = subprocess.run([*LAB, "prove", *runnable, "-j", "10"], capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, f"\n{done.stdout}{done.stderr}")

    def test_every_system_that_the_lab_can_have_is_proved_by_a_story(self) -> None:
        proved = {check.system for name in TOGETHER for check in load_proof(name).check}
        self.assertLessEqual(SYSTEMS, proved)


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
