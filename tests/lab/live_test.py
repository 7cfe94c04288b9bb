#!/usr/bin/env python3
"""`whydrop live` in living stories: the right verdict and cause in time, heals, and the report of `whydrop read`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from namespaces import skip_where_impossible
from recording import wait
from watch_case import PATIENT, WHYDROP, WatchCase

LAB = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]

# The longest first: they run side by side.
STORIES = (
    "pmtu-blackhole-up",
    "tcp-drop-output",
    "tcp-drop-input",
    "tcp-drop-forward",
    "tcp-drop-return",
    "udp-dns-drop",
    "ping-drop",
    "udp-dns-reject",
    "host-down-arp",
    "tcp-reject-port-host",
    "tcp-reject-prohibited-hop",
    "tcp-reject-reset-hop",
    "tcp-reject-reset-host",
    "nat-dead-port",
    "no-route",
    "tcp-closed-port",
)


class Stories(unittest.TestCase):
    def test_every_point_says_what_fails_and_why_in_time_and_that_it_healed(self) -> None:
        done = subprocess.run([*LAB, "watch", *STORIES, "-j", "8"], capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, f"\n{done.stdout}{done.stderr}")


class Ending(WatchCase):
    """What ends a watch, and how."""

    def test_each_signal_that_asks_for_an_end_gets_the_report(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                process = self.start()
                process.send_signal(number)
                self.assertEqual(["started", "report"], self.ends(process))

    def test_a_time_a_number_of_packets_or_a_finding_ends_it(self) -> None:
        self.assertEqual(["started", "report"], self.ends(self.start("--duration", "1s")))
        process = self.start("-c", "2", "icmp")
        self.network.run("client", "ping -c 3 -i 0.2 10.9.2.2")
        self.ends(process)
        self.assertEqual(2, self.events()[-1]["report"]["capture"]["packets"])
        process = self.start("--until-finding")
        self.network.output("client", "curl http://10.9.2.2:81/", PATIENT)
        self.assertEqual(["started", "appeared", "report"], self.ends(process))

    def test_what_the_host_knows_itself_is_evidence(self) -> None:
        with (self.session.path / "listener.log").open("wb") as log:
            self.network.start("server", ["socat", "TCP-LISTEN:81,bind=127.0.0.1", "STDOUT"], log)
        wait(lambda: "127.0.0.1:81" in self.network.output("server", "ss -Hltn", PATIENT), "socat", PATIENT)
        process = self.start("--until-finding", node="server")
        self.network.output("client", "curl http://10.9.2.2:81/", PATIENT)
        self.ends(process)
        (finding,) = self.events()[-1]["report"]["findings"]
        self.assertEqual("service-on-loopback-only", finding["causes"][0]["id"])

    def test_it_has_no_rights_left_and_knows_the_host_all_the_same(self) -> None:
        with (self.session.path / "listener.log").open("wb") as log:
            self.network.start("server", ["socat", "TCP-LISTEN:81,bind=127.0.0.1", "STDOUT"], log)
        wait(lambda: "127.0.0.1:81" in self.network.output("server", "ss -Hltn", PATIENT), "socat", PATIENT)
        process = self.start(node="server")
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        self.assertNotIn("0", status["Uid"].split() + status["Gid"].split())
        self.assertEqual([], status["Groups"].split())
        for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(0, int(status[kind], 16), kind)
        self.assertEqual(["1", "2"], [status[lock].strip() for lock in ("NoNewPrivs", "Seccomp")])
        self.assertEqual(10, os.getpriority(os.PRIO_PROCESS, process.pid))
        # Under memory pressure the kernel forgets files of /proc, which are then others.
        Path("/proc/sys/vm/drop_caches").write_text("2")
        self.network.output("client", "curl http://10.9.2.2:81/", PATIENT)
        wait(lambda: b"appeared" in self.log.read_bytes(), "the finding", PATIENT)
        process.terminate()
        self.ends(process)
        (finding,) = self.events()[-1]["report"]["findings"]
        self.assertEqual("service-on-loopback-only", finding["causes"][0]["id"])

    def test_a_closed_output_ends_it_in_silence(self) -> None:
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as log:
            process = self.network.start("client", [WHYDROP, "live", "-i", "eth0"], log)
        self.assertIn(b"watched", os.read(reading, 1000))
        os.close(reading)
        self.assertEqual(0, process.wait(timeout=PATIENT))

    def test_an_interface_that_goes_down_comes_back_and_vanishes_is_reported(self) -> None:
        process = self.start()
        for step, event in (("set eth0 down", "interface-down"), ("set eth0 up", "interface-up")):
            self.network.run("client", f"ip link {step}")
            wait(lambda event=event: event in self.log.read_text(), event, PATIENT)  # type: ignore[misc]
        self.network.run("client", "ip route add default via 10.9.1.1; ping -c 1 -W 2 10.9.2.2")
        self.network.run("client", "ip link delete eth0")
        told = self.ends(process, status=2)
        self.assertIn("interface-gone", told)
        self.assertIn("eth0: is gone", self.log.read_text())
        self.assertGreater(self.events()[-1]["report"]["capture"]["packets"], 0)

    def test_an_interface_that_moves_to_another_namespace_is_told_from_one_that_is_deleted(self) -> None:
        add = "ip link add other type veth peer name peer"
        self.network.run("client", f"{add} && ip link set other up && ip link set peer up")
        process = self.start("-i", "other")
        self.network.run("client", f"ip link set other netns {self.session.namespace('server')}")
        wait(lambda: "interface-moved" in self.log.read_text(), "interface-moved", PATIENT)
        process.terminate()
        self.assertNotIn("interface-gone", self.ends(process))

    def test_of_several_interfaces_one_may_vanish(self) -> None:
        self.network.run("client", "ip link add other type veth peer name peer && ip link set other up")
        process = self.start("-i", "other")
        self.network.run("client", "ip link delete other")
        wait(lambda: "interface-gone" in self.log.read_text(), "interface-gone", PATIENT)
        self.network.run("client", "ping -c 1 10.9.2.2")
        time.sleep(0.5)
        process.terminate()
        self.ends(process)
        self.assertGreater(self.events()[-1]["report"]["capture"]["packets"], 0)

    def test_what_cannot_be_captured_is_named_with_the_way_out(self) -> None:
        self.network.run("client", "ip link add other type veth peer name peer")
        for options, words in (
            ("-i other", ("whydrop: other: ", "down", "ip link set other up")),
            ("-i eth0 tcp and and", ("whydrop: filter 'tcp and and': ", "syntax error", "pcap-filter")),
        ):
            said = self.network.output("client", f"{WHYDROP} live {options}; echo status $?", PATIENT)
            for word in (*words, "status 2"):
                self.assertIn(word, said)

    def test_lean_sees_what_fails_and_little_else(self) -> None:
        with (self.session.path / "server.log").open("wb") as log:
            self.network.start("server", ["http-server", "80"], log)
        wait(lambda: ":80" in self.network.output("server", "ss -Hltn", PATIENT), "http-server", PATIENT)
        process = self.start("--lean")
        ports = (40001, 40002, 40003)  # none of them is in the sample
        for port in ports:
            self.network.run("client", f"curl -s -o /dev/null --local-port {port} http://10.9.2.2/bytes/400000")
        self.network.output("client", "curl http://10.9.2.2:81/", PATIENT)
        self.network.run("client", "curl -s -o /dev/null --local-port 40016 http://10.9.2.2/bytes/4000")
        time.sleep(0.5)
        process.terminate()
        self.ends(process)
        report = self.events()[-1]["report"]
        self.assertEqual(["refused"], [one["verdict"] for one in report["findings"]])
        self.assertEqual(0, report["flows"]["inconclusive"])
        self.assertIn("--lean", " ".join(note["detail"] for note in report["capture"]["quality"]))
        self.assertLess(report["capture"]["packets"], 100)  # each large download is more than 500

    def test_packets_that_find_no_room_are_counted_and_weaken_the_report(self) -> None:
        process = self.start("-B", "256K")
        process.send_signal(signal.SIGSTOP)
        self.network.run("client", "ping -q -f -c 3000 -s 1400 10.9.2.2")
        process.send_signal(signal.SIGCONT)
        wait(lambda: "packets-lost" in self.log.read_text(), "packets-lost", PATIENT)
        process.terminate()
        self.ends(process)
        capture = self.events()[-1]["report"]["capture"]
        told = [event["packets"] for event in self.events() if event["event"] == "packets-lost"]
        self.assertEqual(sum(told), capture["dropped"])
        self.assertIn("capture-lost-packets", [note["id"] for note in capture["quality"]])


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
