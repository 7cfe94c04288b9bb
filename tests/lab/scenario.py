"""Reads scenarios: one folder per story, described by its scenario.toml.

scenarios/README.md explains every key to the people who write them; the
dataclasses below are the same list for the machine. Unknown keys are errors, so
that a typing mistake never records a different story.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from errors import LabError
from topology import LINE, End, Seed, Topology

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIOS = REPOSITORY / "scenarios"
RULE_LOADERS = {
    "rules.nft": "nft -f",
    "rules.iptables": "iptables-restore",
    "rules.ip6tables": "ip6tables-restore",
}
POINTS = {"client": "client eth0", "router": "r1 eth1", "server": "server eth0"}


@dataclass(frozen=True)
class Service:
    """A program that listens before anything else happens."""

    node: str
    run: str
    listen: list[str] = field(default_factory=list)  # "tcp/443", "udp/53"


@dataclass(frozen=True)
class Traffic:
    """One client command, and the exit status that proves the story happened."""

    run: str
    node: str = "client"
    exit: int = 0
    early: bool = False  # starts before the rules and the captures
    background: bool = False  # starts in its turn and ends whenever it likes


@dataclass(frozen=True)
class Link:
    """A further link: each end as "NODE INTERFACE IPV4/LENGTH IPV6/LENGTH"."""

    ends: list[str]

    def parsed(self) -> tuple[End, End]:
        left, right = (End(*end.split()) for end in self.ends)
        return left, right


@dataclass(frozen=True)
class Scenario:
    """One broken (or healthy) network and what is done in it."""

    name: str
    title: str
    cause: str
    traffic: list[Traffic]
    service: list[Service] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)  # nodes that load the rule file
    setup: dict[str, list[str]] = field(default_factory=dict)  # node: shell commands
    link: list[Link] = field(default_factory=list)
    routers: list[str] = field(default_factory=list)  # nodes of links that forward
    points: list[str] = field(default_factory=lambda: list(POINTS))
    interfaces: dict[str, str] = field(default_factory=dict)  # further point: "NODE INTERFACE"
    filters: dict[str, str] = field(default_factory=dict)  # point: capture filter
    options: dict[str, str] = field(default_factory=dict)  # point: further tcpdump options
    cut: dict[str, int] = field(default_factory=dict)  # point: bytes missing at the file's end
    roles: dict[str, str] = field(default_factory=dict)  # further role: its address
    offload: bool = True
    exclusive: bool = False  # runs alone
    machine: dict[str, str] = field(default_factory=dict)  # machine-wide sysctl: value
    linger: float = 0.3  # seconds of capture after the last traffic
    heal: str = ""  # a client command that works once the rules are gone

    @property
    def folder(self) -> Path:
        return SCENARIOS / self.name

    @property
    def topology(self) -> Topology:
        return replace(
            LINE,
            links=(*LINE.links, *(link.parsed() for link in self.link)),
            routers=(*LINE.routers, *self.routers),
        )

    @property
    def rule_file(self) -> str | None:
        found = [name for name in RULE_LOADERS if (self.folder / name).exists()]
        return found[0] if found else None

    def interface(self, point: str) -> tuple[str, str]:
        """Where a point captures: node and interface."""
        node, interface = (POINTS | self.interfaces)[point].split()
        return node, interface


def scenario_names() -> list[str]:
    return sorted(path.parent.name for path in SCENARIOS.glob("*/scenario.toml"))


def load(name: str, seed: Seed | None = None) -> Scenario:
    """The checked scenario in scenarios/NAME, with the seed's addresses."""
    path = SCENARIOS / name / "scenario.toml"
    if not path.exists():
        raise LabError(f"no scenario '{name}' in {SCENARIOS}; see `lab list`")
    try:
        raw = tomllib.loads((seed or Seed()).rewrite(path.read_text()))
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{path}: {error}") from error
    for key, kind in (("service", Service), ("traffic", Traffic), ("link", Link)):
        raw[key] = [fill(kind, row, path) for row in raw.get(key, [])]
    scenario = fill(Scenario, {"name": name} | raw, path)
    _check(scenario, path)
    return scenario


def fill(kind: type, row: dict[str, Any], path: Path) -> Any:
    known = {entry.name: entry for entry in fields(kind)}
    unknown = sorted(set(row) - set(known))
    if unknown:
        raise LabError(f"{path}: unknown key {', '.join(unknown)} for a {kind.__name__.lower()}")
    required = {
        name
        for name, entry in known.items()
        if entry.default is MISSING and entry.default_factory is MISSING
    }
    missing = sorted(required - set(row))
    if missing:
        raise LabError(f"{path}: a {kind.__name__.lower()} needs {', '.join(missing)}")
    return kind(**row)


def _check(scenario: Scenario, path: Path) -> None:
    for link in scenario.link:
        if [len(end.split()) for end in link.ends] != [4, 4]:
            raise LabError(f"{path}: a link has two ends, each 'NODE INTERFACE IPV4/N IPV6/N'")
    nodes = scenario.topology.nodes
    named = [*scenario.rules, *scenario.setup, *scenario.routers]
    named += [entry.node for entry in [*scenario.service, *scenario.traffic]]
    named += [where.split()[0] for where in scenario.interfaces.values()]
    for node in named:
        if node not in nodes:
            raise LabError(f"{path}: no node '{node}'; there are {', '.join(nodes)}")
    points = POINTS | scenario.interfaces
    for point in [*scenario.points, *scenario.filters, *scenario.options, *scenario.cut]:
        if point not in points:
            raise LabError(f"{path}: no point '{point}'; there are {', '.join(points)}")
    if not scenario.traffic:
        raise LabError(f"{path}: no [[traffic]], nothing would be captured")
    if bool(scenario.rules) != bool(scenario.rule_file):
        raise LabError(f"{path}: 'rules' and one of {' or '.join(RULE_LOADERS)} come together")
    if scenario.heal and not scenario.rules:
        raise LabError(f"{path}: 'heal' needs rules that can go")
    if scenario.machine and not scenario.exclusive:
        raise LabError(f"{path}: [machine] changes the whole machine, so it needs exclusive = true")
