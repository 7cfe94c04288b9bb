"""Records one scenario: network, services, rules, captures, traffic, in that order.

A recording is only kept when the client commands ended as the scenario says and
no capture lost a packet.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from errors import LabError
from network import Network
from scenario import RULE_LOADERS, Scenario, Traffic
from session import Session
from topology import Seed

START_TIMEOUT = 10.0  # seconds until a service listens or a capture runs
TRAFFIC_TIMEOUT = 180.0
ROLES = "roles.yaml"

# Packets reach the file as they come (immediate mode, -U), so none is lost at the
# end. In that mode a buffer slot holds a packet of the snap length, whatever its real
# size: 500 slots for the largest frames that segmentation offload makes.
BUFFER = ["-B", "32768", "-s", "65600"]
TCPDUMP = ["tcpdump", "-n", "-U", "--immediate-mode", *BUFFER, "-Z", "root"]


class Capture:
    """tcpdump at one capture point."""

    def __init__(self, network: Network, scenario: Scenario, point: str) -> None:
        node, interface = scenario.interface(point)
        self.point = point
        self.file = network.session.path / f"{point}.pcap"
        self.log = network.session.path / f"{point}.tcpdump"
        self.missing = scenario.cut.get(point, 0)
        command = [*TCPDUMP, "-i", interface, "-w", str(self.file)]
        command += shlex.split(scenario.options.get(point, ""))
        if point in scenario.filters:
            command.append(scenario.filters[point])
        with self.log.open("wb") as log:
            self.process = network.start(node, command, log)

    def running(self) -> bool:
        if self.process.poll() is not None:
            raise LabError(f"tcpdump at {self.point} ended: {self.log.read_text().strip()}")
        return "listening on" in self.log.read_text()

    def stop(self) -> int:
        """Ends the capture; returns how many packets it holds."""
        self.process.terminate()
        self.process.wait(timeout=START_TIMEOUT)
        captured, lost = (self._count(what) for what in ("captured", "dropped by kernel"))
        if lost:
            raise LabError(f"tcpdump at {self.point} lost {lost} packets; record again")
        if self.missing:
            os.truncate(self.file, self.file.stat().st_size - self.missing)
        return captured

    def _count(self, what: str) -> int:
        said = self.log.read_text()
        found = re.search(rf"(\d+) packets? {what}", said)
        if found is None:
            raise LabError(f"tcpdump at {self.point} did not end properly: {said.strip()}")
        return int(found[1])


class RunningTraffic:
    """A client command under way."""

    def __init__(self, network: Network, step: Traffic) -> None:
        self.step = step
        self.log = network.session.path / "traffic.log"
        with self.log.open("ab") as log:
            self.process = network.start(step.node, ["sh", "-c", step.run], log)

    def finish(self) -> None:
        try:
            status = self.process.wait(timeout=TRAFFIC_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise LabError(f"`{self.step.run}` did not end in {TRAFFIC_TIMEOUT:.0f} s") from error
        if status != self.step.exit:
            raise LabError(
                f"`{self.step.run}` ended with status {status}, the story says {self.step.exit}: "
                f"{self.log.read_text(errors='replace').strip()}"
            )


def record(scenario: Scenario, seed: Seed, into: Path, run: str = "") -> dict[str, int]:
    """Writes INTO/POINT.pcap for every point, and INTO/roles.yaml; returns the packet counts.

    `run` is the session that records this story among others, if there is one.
    """
    with Session(run) as session:
        network = staged(session, scenario, seed)
        roles = _roles(network, scenario)
        session.set_machine(scenario.machine)
        early = [RunningTraffic(network, step) for step in scenario.traffic if step.early]
        if early:
            wait(lambda: (session.path / "waiting").exists(), "wait-for-capture in early traffic")
        load_rules(network, scenario)
        captures = [Capture(network, scenario, point) for point in scenario.points]
        for capture in captures:
            wait(capture.running, f"tcpdump at {capture.point}")
        (session.path / "capturing").touch()
        run_traffic(network, scenario, early)
        time.sleep(scenario.linger)
        packets = {capture.point: capture.stop() for capture in captures}
        into.mkdir(parents=True, exist_ok=True)
        for capture in captures:
            shutil.copyfile(capture.file, into / capture.file.name)
        (into / ROLES).write_text(roles)
    return packets


def staged(session: Session, scenario: Scenario, seed: Seed) -> Network:
    """The story's network with its services, before anything breaks it but the setup."""
    session.share_machine(scenario.exclusive)
    network = Network(session, scenario.topology, seed, scenario.offload)
    _copy_story(scenario, network)
    network.build()
    for node, commands in scenario.setup.items():
        for command in commands:
            network.run(node, command)
    _start_services(network, scenario)
    return network


def load_rules(network: Network, scenario: Scenario) -> None:
    for node in scenario.rules:
        network.run(node, f"{RULE_LOADERS[str(scenario.rule_file)]} {scenario.rule_file}")


def _copy_story(scenario: Scenario, network: Network) -> None:
    """The story's files as its commands find them: with the seed's addresses."""
    network.story.mkdir()
    for path in scenario.folder.iterdir():
        if path.is_file():
            (network.story / path.name).write_text(network.seed.rewrite(path.read_text()))


def _roles(network: Network, scenario: Scenario) -> str:
    """Who has which addresses, for expectations that name roles; YAML, a line per role."""
    roles = {node: network.addresses(node) for node in network.topology.nodes}
    roles |= {role: [address] for role, address in scenario.roles.items()}
    rows = (f"{role}: {json.dumps(addresses)}\n" for role, addresses in roles.items())
    return "".join(["# Who had which address in this recording.\n", *rows])


def run_traffic(network: Network, scenario: Scenario, running: list[RunningTraffic]) -> None:
    for step in scenario.traffic:
        if step.early:
            continue
        started = RunningTraffic(network, step)
        if step.background:
            running.append(started)
        else:
            started.finish()
    for started in running:
        started.finish()


def _start_services(network: Network, scenario: Scenario) -> None:
    log_path = network.session.path / "services.log"
    with log_path.open("wb") as log:
        for service in scenario.service:
            network.start(service.node, ["sh", "-c", service.run], log)
    for service in scenario.service:
        wanted = set(service.listen)
        try:
            wait(lambda: wanted <= network.listeners(service.node), f"`{service.run}`")
        except LabError as error:
            listeners = ", ".join(sorted(network.listeners(service.node))) or "nothing"
            said = log_path.read_text().strip()
            raise LabError(f"{error}: {service.node} has {listeners}\n{said}".strip()) from error


def wait(ready: Callable[[], bool], what: str, timeout: float = START_TIMEOUT) -> None:
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() > deadline:
            raise LabError(f"{what} not ready within {timeout:.0f} s")
        time.sleep(0.02)
