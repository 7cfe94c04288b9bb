#!/usr/bin/env python3
"""Records stories afresh and checks them: what the lab makes today is what the expectations were written for."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from namespaces import skip_where_impossible
from scenario import load

LAB = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]
QUICK = "tcp-closed-port"

# A story of every kind, the longest first: they run side by side.
FRESH = (
    "pmtu-blackhole-up",
    "tcp-drop-input",
    "udp-dns-drop",
    "ping-drop-v6",
    "tcp-reject-admin-v6",
    "tcp-reject-port-host",
    "udp-dns-reject",
    "nat-dead-port",
    "no-route",
    "routing-loop",
    "pmtu-obeyed",
    "healthy-http",
    "healthy-tls",
    QUICK,
)


class Recording(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="whydrop-lab-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_stories_recorded_afresh_hold_and_show_what_they_tell(self) -> None:
        self.lab("check", *FRESH)
        for point in load(QUICK).points:
            resets = self.packets(self.folder / QUICK / f"{point}.pcap", "tcp[tcpflags] & tcp-rst != 0")
            self.assertEqual(2, len(resets), f"RSTs at {point}: {resets}")

    def test_a_reseeded_recording_has_other_addresses_and_holds(self) -> None:
        self.lab("check", QUICK, "--reseed", "5")
        for packet in self.packets(self.folder / QUICK / "client.pcap", "ip"):
            self.assertIn(".8080", packet)
            self.assertNotIn(" 10.9.", packet)

    def lab(self, *arguments: str) -> None:
        done = subprocess.run(
            [*LAB, *arguments, "--into", str(self.folder)], capture_output=True, text=True, check=False
        )
        self.assertEqual(0, done.returncode, f"\n{done.stdout}{done.stderr}")

    def packets(self, capture: Path, packet_filter: str) -> list[str]:
        read = ["tcpdump", "-n", "-r", str(capture), packet_filter]
        shown = subprocess.run(read, capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertTrue(shown, f"{capture} has no packet that is '{packet_filter}'")
        return shown


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
