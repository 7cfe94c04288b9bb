"""The lab's network: namespaces joined by veth pairs, as quiet as Linux can be."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from errors import LabError
from session import VARIABLE, Session
from topology import End, Seed, Topology, with_hops

TOOLS = Path(__file__).resolve().parent / "bin"


# Set before the interfaces exist. Duplicate address detection, router
# solicitations and multicast reports would be stray packets in every capture.
# reno is the one congestion control that every kernel allows in a namespace.
HOST_SYSCTLS = (
    "net.ipv6.conf.default.accept_dad=0",
    "net.ipv6.conf.default.dad_transmits=0",
    "net.ipv6.conf.default.accept_ra=0",
    "net.ipv6.conf.default.router_solicitations=0",
    "net.ipv6.conf.default.mldv2_unsolicited_report_interval=1",
    "net.ipv4.tcp_congestion_control=reno",
)
ROUTER_SYSCTLS = ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
LINK_TIMEOUT = 10.0
MULTICAST_REPORTS = 0.2  # seconds; they follow within milliseconds, see above
NO_OFFLOAD = ("tso", "off", "gso", "off", "gro", "off", "tx", "off")


class Network:
    """A topology brought to life inside a session, which also takes it down."""

    def __init__(self, session: Session, topology: Topology, seed: Seed, offload: bool) -> None:
        self.session = session
        self.topology = with_hops(topology, seed.hops)
        self.seed = seed
        self.offload = offload
        self.story = session.path / "story"  # where every command runs
        # Nothing of the caller's: no proxy, no dot files, no locale.
        self.environment = {
            "PATH": f"{TOOLS}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(session.path),
            VARIABLE: str(session.path),
            "LANG": "C.UTF-8",
        }

    def build(self) -> None:
        for node in self.topology.nodes:
            _ip("netns", "add", self.session.namespace(node))
            is_router = node in self.topology.routers
            sysctls = HOST_SYSCTLS + (ROUTER_SYSCTLS if is_router else ())
            self.run(node, shlex.join(["sysctl", "-qw", *sysctls]))
            self._ip(node, "link", "set", "lo", "up")
        for number, (left, right) in enumerate(self.topology.links, start=1):
            self._connect(number, left, right)
        for node, destination, next_hop in self.topology.routes:
            self._ip(node, "route", "add", *map(self.seed.rewrite, (destination, "via", next_hop)))
        self._wait_for_ipv6()

    def run(self, node: str, command: str) -> None:
        """Runs a shell command in a node, which has to succeed."""
        done = subprocess.run(
            self._inside(node, ["sh", "-c", command]),
            env=self.environment,
            cwd=self.story,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise LabError(f"{node}: `{command}` failed: {done.stderr.strip()}")

    def output(self, node: str, command: str, timeout: float) -> str:
        """All that a line of bash prints in a node, whatever it ends with."""
        try:
            done = subprocess.run(
                self._inside(node, ["bash", "-c", command]),
                env=self.environment,
                cwd=self.story,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LabError(f"{node}: `{command}` did not end in {timeout:.0f} s") from error
        return done.stdout.decode(errors="replace")

    def start(
        self, node: str, command: list[str], log: IO[bytes], stdin: IO[bytes] | int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Starts a program in a node; a terminal's Ctrl-C reaches the lab only."""
        return subprocess.Popen(
            self._inside(node, command),
            env=self.environment,
            cwd=self.story,
            stdin=stdin,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def listeners(self, node: str) -> set[str]:
        """What listens in a node, as "tcp/443"."""
        command = self._inside(node, ["ss", "-Hltun"])
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
        rows = [line.split() for line in listed.stdout.splitlines()]
        return {f"{row[0]}/{row[4].rpartition(':')[2]}" for row in rows}

    def addresses(self, node: str) -> list[str]:
        """Every address that a node has, its loopback's apart."""
        command = ["ip", "-json", "-n", self.session.namespace(node), "address", "show"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
        entries = [entry for link in json.loads(listed.stdout) for entry in link["addr_info"]]
        return [entry["local"] for entry in entries if entry["scope"] != "host"]

    def _connect(self, number: int, left: End, right: End) -> None:
        sides = []
        for side, end in enumerate((left, right), start=1):
            mac = f"{self.seed.mac}:{number:02x}:{side:02x}"
            sides.append(
                ["name", end.interface, "address", mac, "netns", self.session.namespace(end.node)]
            )
        _ip("link", "add", *sides[0], "type", "veth", "peer", *sides[1])
        for end in (left, right):
            if end.node in self.topology.routers or not self.offload:
                self.run(end.node, shlex.join(["ethtool", "-K", end.interface, *NO_OFFLOAD]))
            ipv4, ipv6 = self.seed.rewrite(end.ipv4), self.seed.rewrite(end.ipv6)
            self._ip(end.node, "address", "add", ipv4, "dev", end.interface)
            self._ip(end.node, "address", "add", ipv6, "dev", end.interface, "nodad")
        for end in (left, right):
            self._ip(end.node, "link", "set", end.interface, "up")

    def _wait_for_ipv6(self) -> None:
        """Until every link counts as up: the kernel takes up to a second to notice.

        Before that IPv6 answers no neighbour, afterwards it reports its multicast groups.
        """
        waiting = {(end.node, end.interface) for end in self.topology.ends}
        deadline = time.monotonic() + LINK_TIMEOUT
        while waiting:
            if time.monotonic() > deadline:
                raise LabError(f"links not up within {LINK_TIMEOUT:.0f} s: {sorted(waiting)}")
            time.sleep(0.1)  # each look takes a process
            waiting = {end for end in waiting if not self._has_link_local(*end)}
        time.sleep(MULTICAST_REPORTS)

    def _has_link_local(self, node: str, interface: str) -> bool:
        show = ["ip", "-n", self.session.namespace(node), "-6", "address", "show", "dev", interface]
        command = [*show, "scope", "link", "-tentative"]
        return "fe80:" in subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def _ip(self, node: str, *arguments: str) -> None:
        _ip("-n", self.session.namespace(node), *arguments)

    def _inside(self, node: str, command: list[str]) -> list[str]:
        return ["ip", "netns", "exec", self.session.namespace(node), *command]


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabError(f"`ip {' '.join(arguments)}` failed: {done.stderr.strip()}")
