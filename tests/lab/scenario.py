"""Reads scenarios: one folder per story, described by its scenario.toml.

scenarios/README.md explains every key to the people who write them; the
dataclasses below are the same list for the machine. Unknown keys are errors, so
that a typing mistake never records a different story.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from errors import LabError
from network import LINE, Topology

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIOS = REPOSITORY / "scenarios"
RULE_FILES = ("rules.nft", "rules.iptables")


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
    points: list[str] = field(default_factory=lambda: list(LINE.points))
    filters: dict[str, str] = field(default_factory=dict)  # point: capture filter
    offload: bool = True
    linger: float = 0.3  # seconds of capture after the last traffic

    @property
    def folder(self) -> Path:
        return SCENARIOS / self.name

    @property
    def topology(self) -> Topology:
        return LINE

    @property
    def rule_file(self) -> Path | None:
        found = [self.folder / name for name in RULE_FILES if (self.folder / name).exists()]
        return found[0] if found else None


def scenario_names() -> list[str]:
    return sorted(path.parent.name for path in SCENARIOS.glob("*/scenario.toml"))


def load(name: str) -> Scenario:
    """The checked scenario in scenarios/NAME."""
    path = SCENARIOS / name / "scenario.toml"
    if not path.exists():
        raise LabError(f"no scenario '{name}' in {SCENARIOS}; see `lab list`")
    try:
        raw = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{path}: {error}") from error
    for key, kind in (("service", Service), ("traffic", Traffic)):
        raw[key] = [_fill(kind, row, path) for row in raw.get(key, [])]
    scenario = _fill(Scenario, {"name": name} | raw, path)
    _check(scenario, path)
    return scenario


def _fill(kind: type, row: dict[str, Any], path: Path) -> Any:
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
    topology = scenario.topology
    nodes = [*scenario.rules, *scenario.setup]
    nodes += [entry.node for entry in [*scenario.service, *scenario.traffic]]
    for node in nodes:
        if node not in topology.nodes:
            raise LabError(f"{path}: no node '{node}'; there are {', '.join(topology.nodes)}")
    for point in [*scenario.points, *scenario.filters]:
        if point not in topology.points:
            raise LabError(f"{path}: no point '{point}'; there are {', '.join(topology.points)}")
    if not scenario.traffic:
        raise LabError(f"{path}: no [[traffic]], nothing would be captured")
    if bool(scenario.rules) != bool(scenario.rule_file):
        raise LabError(f"{path}: 'rules' and one of {' or '.join(RULE_FILES)} come together")
