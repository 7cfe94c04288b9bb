#!/usr/bin/env python3
"""Every dissector has a saved fuzz input that leads to it: fuzzing hardly ever finds a port or a protocol by chance."""

from __future__ import annotations

import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"
DISSECTOR = re.compile(r'^DISSECTOR\((\w+), "[^"]*"((?:,\s*\{\w+, \w+\})+)\)', re.MULTILINE)
CLAIM = re.compile(r"\{(\w+), (\w+)\}")
FIRST_ETHER_TYPE = 1024  # in inputs of "link", below it are link types
HEADER = 3  # of an input: the number that leads to the dissector, and how much was not captured


def inputs(target: str) -> list[bytes]:
    return [path.read_bytes() for path in (CORPUS / target).iterdir()]


def numbers(*targets: str) -> set[int]:
    return {int.from_bytes(saved[:2], "big") for target in targets for saved in inputs(target)}


def pairs(*targets: str) -> set[int]:
    """Every two bytes that stand side by side."""
    saved = [one[HEADER:] for target in targets for one in inputs(target)]
    return {int.from_bytes(one[at : at + 2], "big") for one in saved for at in range(len(one) - 1)}


class FuzzCorpus(unittest.TestCase):
    def test_every_dissector_has_a_saved_input(self) -> None:
        link = numbers("link")
        known = {
            "link_type": {number for number in link if number < FIRST_ETHER_TYPE} | {1, 228, 229},
            "ether_type": link | pairs("link", "network", "tunnel"),
            "ip_version": {4, 6},
            "ip_protocol": {number & 0xFF for number in numbers("transport", "tunnel")},
            "udp_port": numbers("udp_apps", "tunnel"),
            "tcp_port": numbers("tcp_apps"),
            "tcp_start": {int.from_bytes(saved[HEADER : HEADER + 2], "big") for saved in inputs("tcp_apps")},
        }
        registry = (ROOT / "dissectors/registry.def").read_text()
        dissectors = DISSECTOR.findall(registry)
        self.assertEqual(len(dissectors), len(re.findall(r"^DISSECTOR\(", registry, re.MULTILINE)))
        unreached = [
            name
            for name, claims in dissectors
            if not any(int(number, 0) in known[space] for space, number in CLAIM.findall(claims))
        ]
        self.assertEqual(unreached, [], "keep inputs of these: ninja fuzz_seeds, then ./dev fuzz --save TARGET")


if __name__ == "__main__":
    sys.exit(unittest.main())
