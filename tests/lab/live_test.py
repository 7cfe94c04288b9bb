#!/usr/bin/env python3
"""`whydrop live` in living stories: the right verdict and cause in time, heals, and the report of `whydrop read`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import Any

from namespaces import skip_where_impossible
from network import Network
from recording import wait
from scenario import REPOSITORY
from session import Session
from topology import LINE, Seed

try:
    import jsonschema
except ImportError:
    jsonschema = None

LAB = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]
WHYDROP = os.environ["WHYDROP"]
SCHEMA = json.loads((REPOSITORY / "src/report/whydrop-1.schema.json").read_text())
PATIENT = 60.0  # seconds; nothing takes five, but machines are busy

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


class Watching(unittest.TestCase):
    """One watch in a small network."""

    def setUp(self) -> None:
        session = Session()
        self.session = session.__enter__()
        self.addCleanup(session.__exit__, None, None, None)
        self.network = Network(session, LINE, Seed(), offload=True)
        self.network.story.mkdir()
        self.network.build()

    def start(self, *options: str, interface: str = "eth0", node: str = "client") -> subprocess.Popen[bytes]:
        command = [WHYDROP, "live", "--json", *(["-i", interface] if interface else []), *options]
        self.log = self.session.path / "live.log"
        with self.log.open("wb") as log:
            process = self.network.start(node, command, log)
        wait(lambda: b"started" in self.log.read_bytes(), "whydrop live", PATIENT)
        return process

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def ends(self, process: subprocess.Popen[bytes], status: int = 0) -> list[str]:
        """The events that were told."""
        self.assertEqual(status, process.wait(timeout=PATIENT), self.log.read_text())
        events = self.events()
        self.assertTrue(events[-1]["last"])
        return [str(event["event"]) for event in events]


class Ending(Watching):
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


class Dropping(Watching):
    """What the kernel says of the packets that it drops: of this namespace's, and of no other."""

    def report(self, port: int, node: str, rules_on: str = "", rule: str = "") -> dict[str, Any]:
        """The last report of a watch at `node`, while the client asks for `port` of the server."""
        if rules_on:
            table = "add table inet t; add chain inet t c { type filter hook %s priority 0; }; add rule inet t c %s"
            hook = "input" if rules_on == "server" else "forward"
            self.network.run(rules_on, f"nft '{table % (hook, rule)}'")
        process = self.start(node=node)
        if b"kernel drop reasons are not read" in self.log.read_bytes():
            process.terminate()
            process.wait(timeout=PATIENT)
            self.skipTest(self.log.read_text().splitlines()[0])
        self.network.output("client", f"curl -m 3 http://10.9.2.2:{port}/", PATIENT)
        wait(lambda: "appeared" in self.log.read_text(), "a finding", PATIENT)
        time.sleep(1)
        process.terminate()
        self.ends(process)
        report = self.events()[-1]["report"]
        if jsonschema is not None:
            jsonschema.Draft202012Validator(SCHEMA).validate(report)
        return dict(report)

    def test_a_rule_of_the_server_itself_is_told_by_its_kernel(self) -> None:
        report = self.report(81, "server", "server", "tcp dport 81 drop")
        (finding,) = report["findings"]
        (drop,) = finding["kernel_drops"]
        self.assertEqual(("NETFILTER_DROP", "client"), (drop["reason"], drop["from"]))
        self.assertIn(drop["location"], ("nft_do_chain", "nf_hook_slow"))
        self.assertGreaterEqual(drop["count"], 2)
        cause = finding["causes"][0]
        self.assertEqual("host-firewall-drop", cause["id"])
        self.assertIn(f"NETFILTER_DROP at {drop['location']}", cause["for"][0])
        total = {one["reason"]: one["count"] for one in report["capture"]["kernel_drops"]["reasons"]}
        self.assertGreaterEqual(total["NETFILTER_DROP"], drop["count"])

    def test_a_rule_that_refuses_is_told_from_a_closed_port(self) -> None:
        (finding,) = self.report(81, "server", "server", "tcp dport 81 reject with tcp reset")["findings"]
        self.assertEqual(["NETFILTER_DROP"], [drop["reason"] for drop in finding["kernel_drops"]])
        self.assertEqual(("refused", "host-firewall-reject"), (finding["verdict"], finding["causes"][0]["id"]))

    def test_a_closed_port_is_told_as_such(self) -> None:
        (finding,) = self.report(83, "server")["findings"]
        self.assertEqual(["NO_SOCKET"], [drop["reason"] for drop in finding["kernel_drops"]])
        self.assertEqual("service-not-listening", finding["causes"][0]["id"])

    def test_what_another_namespace_drops_is_not_told(self) -> None:
        """The router and the client share a kernel."""
        report = self.report(81, "client", "r1", "tcp dport 81 drop")
        (finding,) = report["findings"]
        self.assertNotIn("kernel_drops", finding)
        self.assertNotIn("NETFILTER_DROP", [one["reason"] for one in report["capture"]["kernel_drops"]["reasons"]])

    def test_a_router_knows_what_it_drops_itself(self) -> None:
        (finding,) = self.report(81, "r1", "r1", "tcp dport 81 drop")["findings"]
        self.assertEqual(["NETFILTER_DROP"], [drop["reason"] for drop in finding["kernel_drops"]])
        self.assertEqual(("path", "network-firewall-drop"), (finding["vantage"], finding["causes"][0]["id"]))


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
