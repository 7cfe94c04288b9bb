#!/usr/bin/env python3
"""`whydrop live -w`: the packets of what failed, and nothing else, within bounds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import unittest
from pathlib import Path

from namespaces import skip_where_impossible
from recording import wait
from watch_case import PATIENT, WHYDROP, WatchCase

DROP = "nft add table ip lab && nft add chain ip lab input '{ type filter hook input priority 0; }' && "
RULE = "nft add rule ip lab input "


PING = "ping -q -W 1 -s 1400 10.9.2.2"


def number(comment: str, *_: str) -> int:
    """Of the packet, as the watch's reports count."""
    return int(comment.rpartition("packet ")[2].partition(":")[0])


class Evidence(WatchCase):
    def drop(self, what: str) -> None:
        self.network.run("server", DROP + RULE + what + " drop")

    def packets(self, path: Path, *fields: str) -> list[list[str]]:
        """What tshark reads, comment first."""
        wanted = [word for field in ("frame.comment", *fields) for word in ("-e", field)]
        command = ["tshark", "-r", str(path), "-T", "fields", *wanted]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENT, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def verdicts(self, *paths: Path) -> list[str]:
        done = subprocess.run([WHYDROP, "read", "--json", *map(str, paths)], capture_output=True, check=True)
        return [finding["verdict"] for finding in json.loads(done.stdout)["findings"]]

    def test_the_file_holds_what_failed_with_what_came_before_it_and_nothing_else(self) -> None:
        self.drop("tcp dport 81")
        with (self.session.path / "listener.log").open("wb") as log:
            self.network.start("server", ["python3", "-m", "http.server", "80"], log)
        wait(lambda: "tcp/80" in self.network.listeners("server"), "http.server", PATIENT)
        path = self.session.path / "evidence.pcapng"
        process = self.start("-w", str(path))
        self.network.output("client", "curl -s http://10.9.2.2/; curl -sm 10 http://10.9.2.2:81/", PATIENT)
        self.wait_for("appeared")
        known = len(self.packets(path))
        self.assertGreater(known, 1)
        self.network.run("client", "curl -sf http://10.9.2.2/")
        process.terminate()
        self.ends(process)

        packets = self.packets(path, "tcp.dstport", "tcp.flags", "frame.time_epoch", "frame.interface_name")
        self.assertEqual({("81", "0x0002", "eth0")}, {(port, flags, name) for _, port, flags, _, name in packets})
        times = [time for *_, time, _ in packets]
        self.assertEqual(sorted(times), times)
        for comment, *_ in packets:
            self.assertRegex(comment, r"^whydrop L1: syn-no-reply, 10\.9\.1\.2:\d+ > 10\.9\.2\.2:81, packet \d+")
        (finding,) = self.events()[-1]["report"]["findings"]
        self.assertLessEqual({shown["packet"] for shown in finding["evidence"]}, {number(*row) for row in packets})
        self.assertEqual(["syn-no-reply"], self.verdicts(path))
        self.assertEqual(0o600, path.stat().st_mode & 0o777)
        self.assertEqual([], self.packets(path.with_name(f"{path.name}.1"), "tcp.dstport"))

    def test_two_files_take_turns_within_the_bound(self) -> None:
        self.drop("icmp type echo-request")
        path = self.session.path / "evidence.pcapng"
        process = self.start("-w", str(path), "--max-size", "1M")
        self.network.output("client", f"{PING} -c 1500 -i 0.005", PATIENT)
        process.terminate()
        self.ends(process)
        both = [path, path.with_name(f"{path.name}.1")]
        self.assertLessEqual(sum(file.stat().st_size for file in both), 1 << 20)
        numbers = [number(*row) for file in both for row in self.packets(file)]
        last = self.events()[-1]["report"]["capture"]["packets"]
        self.assertGreater(len(numbers), 300)
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertGreaterEqual(max(numbers), last - 5)
        (verdict,) = {finding["verdict"] for finding in self.events()[-1]["report"]["findings"]}
        self.assertEqual([verdict], self.verdicts(*both))

    def test_a_full_disk_ends_the_writing_and_not_the_watch(self) -> None:
        self.drop("icmp type echo-request")
        small = self.session.path / "small"
        small.mkdir()
        path = small / "evidence.pcapng"
        mounted = f"mount -t tmpfs -o size=64k none {small}"
        process = self.start("-w", str(path), before=mounted, after=f"status=$?; {WHYDROP} -q {path}; exit $status")
        self.network.output("client", f"{PING} -c 500 -i 0.01", PATIENT)
        self.wait_for("evidence-ended")
        self.network.run("client", "ping -c 1 10.9.1.1")
        (watch,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(watch), signal.SIGTERM)
        self.assertEqual(2, process.wait(timeout=PATIENT), self.log.read_text())
        said = self.log.read_text()
        self.assertEqual(1, said.count("evidence-ended"))
        self.assertEqual(1, said.count(f"whydrop: {path}: "))
        (ended,) = (event for event in self.events() if event["event"] == "evidence-ended")
        (report,) = (event for event in self.events() if event["event"] == "report")
        self.assertGreater(report["report"]["capture"]["last"], ended["time"])
        self.assertIn("ping-no-reply", said.splitlines()[-1])


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
