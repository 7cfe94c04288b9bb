#!/usr/bin/env python3
"""What a host knows of its network: asked in namespaces that are known, and used to judge real failures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from namespaces import skip_where_impossible
from network import Network
from recording import START_TIMEOUT, Capture, RunningTraffic, load_rules, staged
from scenario import REPOSITORY, load
from session import Session
from topology import Seed

try:
    import jsonschema
except ImportError:
    jsonschema = None

WHYDROP = os.environ["WHYDROP"]
SCHEMA = json.loads((REPOSITORY / "src/report/whydrop-host-1.schema.json").read_text())
FULL = 3  # connections that a table is said to hold, see below


def snapshot(network: Network, node: str, before: str = "true") -> dict[str, Any]:
    printed = network.output(node, f"{before} && {WHYDROP} snapshot", START_TIMEOUT)
    host = json.loads(printed)
    if jsonschema is not None:
        jsonschema.Draft202012Validator(SCHEMA).validate(host)
    return host


class Snapshots(unittest.TestCase):
    """One network for all: the server of a story, with what the tests add to it."""

    session: Session
    network: Network

    @classmethod
    def setUpClass(cls) -> None:
        cls.session = cls.enterClassContext(Session())
        cls.network = staged(cls.session, load("service-on-loopback"), Seed())

    def run_on_server(self, *commands: str) -> None:
        for command in commands:
            self.network.run("server", command)

    def test_addresses_interfaces_and_routes_are_those_of_the_namespace(self) -> None:
        self.run_on_server(
            "ip link set eth0 mtu 1400",
            "ip link add cut type veth peer name end",
            "sysctl -qw net.ipv4.conf.eth0.rp_filter=2",
            "ip route add prohibit 10.66.0.0/16",
            "ip route add 10.67.0.0/16 via 10.9.2.1 metric 7 mtu 1300",
            "ip route add 10.68.0.0/16 nexthop via 10.9.2.1 nexthop via 10.9.2.3",
            "ip rule add from 10.77.0.0/16 table 77",
        )
        host = snapshot(self.network, "server")
        interfaces = {interface["name"]: interface for interface in host["interfaces"]}
        eth0 = interfaces["eth0"]
        self.assertEqual((eth0["kind"], eth0["up"], eth0["running"]), ("veth", True, True))
        self.assertEqual((eth0["mtu"], eth0["rp_filter"]), (1400, 2))
        self.assertFalse(interfaces["cut"]["up"])
        own = {(entry["address"], entry["length"]) for entry in host["addresses"]}
        self.assertLessEqual({("10.9.2.2", 24), ("fd09:2::2", 64), ("127.0.0.1", 8)}, own)
        routes = {(route["destination"], route["length"]): route for route in host["routes"]}
        self.assertEqual("10.9.2.1", routes["0.0.0.0", 0]["gateway"])
        self.assertEqual("fd09:2::1", routes["::", 0]["gateway"])
        self.assertEqual(eth0["index"], routes["10.9.2.0", 24]["interface"])
        self.assertEqual("prohibit", routes["10.66.0.0", 16]["type"])
        self.assertEqual((7, 1300), (routes["10.67.0.0", 16]["metric"], routes["10.67.0.0", 16]["mtu"]))
        self.assertEqual(2, routes["10.68.0.0", 16]["next_hops"])
        self.assertEqual(1, host["policy_rules"])
        self.assertNotIn("incomplete", host)

    def test_listeners_and_neighbours_are_told(self) -> None:
        self.network.output("server", "ping -c 1 -W 1 10.9.2.77; ping -c 1 -W 1 10.9.2.1", START_TIMEOUT)
        host = snapshot(self.network, "server")
        listening = [socket for socket in host["sockets"] if socket["port"] == 8080]
        self.assertEqual([("tcp", "127.0.0.1")], [(one["transport"], one["address"]) for one in listening])
        states = {neighbour["address"]: neighbour["state"] for neighbour in host["neighbours"]}
        self.assertIn(states["10.9.2.77"], ("failed", "incomplete"))
        self.assertIn(states["10.9.2.1"], ("reachable", "delay", "stale", "probe"))

    def test_connections_tracked_settings_and_counters_are_those_of_the_namespace(self) -> None:
        """The table's size is the machine's: a file in its place says that it is small, for the snapshot alone."""
        self.run_on_server(
            "nft add table ip t",
            "nft add chain ip t c '{ type filter hook output priority 0; }'",
            "nft add rule ip t c ct state new counter",
            "sysctl -qw net.ipv4.icmp_echo_ignore_all=1",
        )
        ports = " ".join(str(port) for port in range(5001, 5001 + FULL))
        self.network.output("server", f"for p in {ports}; do echo > /dev/udp/127.0.0.1/$p; done", START_TIMEOUT)
        small = self.network.story / "max"
        small.write_text(f"{FULL}\n")
        host = snapshot(self.network, "server", f"mount --bind {small} /proc/sys/net/netfilter/nf_conntrack_max")
        self.assertEqual(FULL, host["conntrack"]["max"])
        self.assertGreaterEqual(host["conntrack"]["count"], FULL)
        self.assertEqual(1, host["settings"]["net.ipv4.icmp_echo_ignore_all"])
        self.assertEqual(0, host["settings"]["net.ipv4.ip_forward"])
        self.assertGreaterEqual(host["counters"]["UdpNoPorts"], FULL)
        router = snapshot(self.network, "r1")
        self.assertEqual(1, router["settings"]["net.ipv4.ip_forward"])
        self.assertEqual(0, router["counters"]["UdpNoPorts"])
        self.assertNotEqual(host["network_namespace"], router["network_namespace"])
        self.assertEqual(host["boot"], router["boot"])

    def test_more_sockets_than_are_kept_are_said(self) -> None:
        most = SCHEMA["$defs"]["sockets"]["maxItems"]
        opening = f"import resource, socket, time; resource.setrlimit(resource.RLIMIT_NOFILE, ({most + 100},) * 2); "
        opening += "held = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(%d)]; " % (most + 50)
        opening += "[one.bind(('127.0.%d.%d' % (at // 250, at % 250 + 1), 9000)) for at, one in enumerate(held)]; "
        opening += "open('held', 'w').close(); time.sleep(60)"
        with (self.session.path / "held.log").open("wb") as log:
            holder = self.network.start("server", [sys.executable, "-c", opening], log)
        try:
            deadline = time.monotonic() + START_TIMEOUT
            while not (self.network.story / "held").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            host = snapshot(self.network, "server")
        finally:
            holder.kill()
            holder.wait()
        self.assertEqual(most, len(host["sockets"]))
        self.assertEqual(["sockets"], [gap["part"] for gap in host["incomplete"]])


@dataclass(frozen=True)
class Judged:
    """The one finding of a capture."""

    vantage: str
    causes: list[str]
    probabilities: dict[str, float]
    reasons: list[str]  # of the first cause


def judged(capture: Path, *options: str) -> Judged:
    printed = subprocess.run([WHYDROP, "read", "--json", *options, str(capture)], capture_output=True, check=True)
    (finding, *_) = json.loads(printed.stdout)["findings"]
    return Judged(
        vantage=finding["vantage"],
        causes=[cause["id"] for cause in finding["causes"]],
        probabilities={cause["id"]: cause["probability"] for cause in finding["causes"]},
        reasons=finding["causes"][0]["for"],
    )


class Stories(unittest.TestCase):
    """Real failures, judged without and with what a host knows."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="whydrop-lab-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def happen(self, name: str, node: str, point: str) -> Path:
        """The story as `point` captures it; what `node` knows before and after it stands beside the capture."""
        scenario = load(name)
        with Session() as session:
            network = staged(session, scenario, Seed())
            load_rules(network, scenario)
            capture = Capture(network, scenario, point)
            deadline = time.monotonic() + START_TIMEOUT
            while not capture.running() and time.monotonic() < deadline:
                time.sleep(0.02)
            self.keep("before.json", snapshot(network, node))
            background = []
            for step in scenario.traffic:
                running = RunningTraffic(network, step)
                background.append(running) if step.background else running.finish()
            self.keep("after.json", snapshot(network, node))
            for running in background:
                running.finish()
            capture.stop()
            kept = self.folder / capture.file.name
            kept.write_bytes(capture.file.read_bytes())
        return kept

    def keep(self, name: str, host: dict[str, Any]) -> None:
        (self.folder / name).write_text(json.dumps(host))

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def test_a_service_on_loopback_is_told_from_one_that_does_not_run(self) -> None:
        capture = self.happen("service-on-loopback", "server", "server")
        without = judged(capture)
        self.assertEqual("service-not-listening", without.causes[0])
        knowing = judged(capture, "--host", self.file("after.json"))
        self.assertEqual(("server", "service-on-loopback-only"), (knowing.vantage, knowing.causes[0]))
        self.assertGreater(knowing.probabilities[knowing.causes[0]], 0.8)
        self.assertIn("127.0.0.1 only", knowing.reasons[0])

    def test_a_reverse_path_filter_is_told_by_its_counter(self) -> None:
        capture = self.happen("drop-rp-filter", "server", "server")
        without = judged(capture)
        self.assertEqual("host-firewall-drop", without.causes[0])
        one = judged(capture, "--host", self.file("after.json"))
        both = judged(capture, "--host", self.file("before.json"), "--host", self.file("after.json"))
        self.assertEqual(("server", "reverse-path-filter"), (both.vantage, both.causes[0]))
        self.assertIn("TcpExtIPReversePathFilter", both.reasons[0])
        shares = [found.probabilities["reverse-path-filter"] for found in (without, one, both)]
        self.assertEqual(sorted(shares), shares)
        self.assertGreater(shares[2], 0.7)

    def test_a_full_accept_queue_is_told_by_the_listener_and_by_its_counter(self) -> None:
        capture = self.happen("accept-queue-full", "server", "server")
        without = judged(capture).probabilities["accept-queue-overflow"]
        knowing = judged(capture, "--host", self.file("before.json"), "--host", self.file("after.json"))
        self.assertEqual("accept-queue-overflow", knowing.causes[0])
        self.assertGreater(knowing.probabilities["accept-queue-overflow"], max(without, 0.9))

    def test_a_router_knows_that_it_is_on_the_way(self) -> None:
        capture = self.happen("no-route", "r1", "router")
        knowing = judged(capture, "--host", self.file("after.json"))
        self.assertEqual("path", knowing.vantage)


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
