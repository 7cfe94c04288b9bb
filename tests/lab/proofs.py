"""Runs the checks that whydrop proposes where their causes are real, and compares what they print.

scenarios/NAME/checks.toml and checks-*.toml say which checks of which causes the story proves, and
what the commands print then; scenarios/README.md explains every key. The commands
are whydrop's own, out of its JSON for the story's capture, with its placeholders
filled in. They run in the nodes of the living story: its setup, services and rules,
and an attempt that fails for that very cause. Before the rules are loaded, a check
must not yet print what proves the cause.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import LabError
from network import Network
from recording import RunningTraffic, load_rules, staged
from scenario import SCENARIOS, Scenario, Traffic, fill, load
from session import Session
from topology import Seed

CHECKS = "checks*.toml"
TIMEOUT = 120.0  # of one command; firewalld takes seconds to start on a busy machine


@dataclass(frozen=True)
class Check:
    """One command of the catalog, where it runs, and what it prints when the cause is real."""

    point: str  # the capture whose diagnosis has it
    cause: str
    system: str
    node: str  # where it runs
    port: int | None = None  # of the finding, where there are several
    words: dict[str, str] = field(default_factory=dict)  # the reader's words, as SERVICE
    inside: str = ""  # a program of the lab that sets the system up and runs the command in it
    during: bool = False  # while the attempt is under way
    prints: list[str] = field(default_factory=list)  # regular expressions, all of which must be found
    lacks: list[str] = field(default_factory=list)  # none of which may be found
    grows: list[str] = field(default_factory=list)  # with one group: a number that the attempt makes larger

    @property
    def tells_by_rules(self) -> bool:
        """A list of rules: without them it must not print what proves the cause."""
        return bool(self.prints) and not self.inside and self.system in ("nftables", "iptables")


@dataclass(frozen=True)
class Proof:
    """A story's checks.toml, or one of its variants, in which something else breaks the same network."""

    check: list[Check]
    rules: bool = True  # whether the story's own rules are loaded
    attempt: str = ""  # one more try, which must fail
    attempt_node: str = "client"
    before: list[str] = field(default_factory=list)  # "NODE COMMAND": what else breaks the network


def provable_names() -> list[str]:
    return sorted({path.parent.name for path in SCENARIOS.glob(f"*/{CHECKS}")})


def load_proofs(name: str) -> list[Proof]:
    paths = sorted((SCENARIOS / name).glob(CHECKS))
    if not paths:
        raise LabError(f"no checks of {name}; there are some for {', '.join(provable_names())}")
    return [_load_proof(path) for path in paths]


FIRST_ONLY = "WHYDROP_PROVE_FIRST"  # in the environment: one proof a story, for a quick look at all


def first_proof(name: str) -> Proof:
    """The story's own, where it has one; else the first of its variants."""
    own = SCENARIOS / name / "checks.toml"
    return _load_proof(own) if own.exists() else load_proofs(name)[0]


def _load_proof(path: Path) -> Proof:
    try:
        raw = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{path}: {error}") from error
    raw["check"] = [fill(Check, row, path) for row in raw.get("check", [])]
    proof: Proof = fill(Proof, raw, path)
    for check in proof.check:
        if not (check.prints or check.lacks or check.grows):
            raise LabError(f"{path}: a check needs one of prints, lacks, grows")
        if (check.grows or check.during) and not proof.attempt:
            raise LabError(f"{path}: 'grows' and 'during' need an attempt")
    return proof


def prove(name: str, whydrop: Path, pcaps: Path, run: str = "") -> list[str]:
    """What does not print what it should, a paragraph each. `run` is the session that this is one story of."""
    proofs = [first_proof(name)] if os.environ.get(FIRST_ONLY) else load_proofs(name)
    return [line for proof in proofs for line in _prove(name, proof, whydrop, pcaps, run)]


def _prove(name: str, proof: Proof, whydrop: Path, pcaps: Path, run: str) -> list[str]:
    scenario = load(name)
    commands = [_command(check, _diagnosis(whydrop, pcaps / name / f"{check.point}.pcap")) for check in proof.check]
    with Session(run) as session:
        network = staged(session, scenario, Seed())
        healthy = _outputs(network, proof.check, commands) if scenario.rules or not proof.rules else [""] * len(commands)
        session.set_machine(scenario.machine)
        _break(network, scenario, proof)
        before = _outputs(network, proof.check, commands, only_growing=True)
        after = _attempt(network, proof, commands)
    wrong = []
    for check, command, *outputs in zip(proof.check, commands, healthy, before, after, strict=True):
        wrong += [f"{_title(check, command)}\n{line}" for line in differences(check, *outputs)]
    return wrong


def _diagnosis(whydrop: Path, capture: Path) -> dict[str, Any]:
    done = subprocess.run([whydrop, "read", "--json", capture], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabError(f"whydrop read {capture} failed: {done.stderr.strip()}")
    return dict(json.loads(done.stdout))


def _command(check: Check, diagnosis: dict[str, Any]) -> str:
    for finding in diagnosis["findings"]:
        if check.port not in (None, finding["server"]["port"]):
            continue
        for cause in finding["causes"]:
            for proposed in cause["checks"]:
                if (cause["id"], proposed["system"]) == (check.cause, check.system):
                    return _with_words(str(proposed["command"]), check)
    raise LabError(f"whydrop proposes no check of {check.cause} for {check.system} at {check.point}")


def _with_words(command: str, check: Check) -> str:
    for word, value in check.words.items():
        if not re.search(rf"\b{word}\b", command):
            raise LabError(f"`{command}` leaves no {word} to the reader")
        command = re.sub(rf"\b{word}\b", value, command)
    return command


def _break(network: Network, scenario: Scenario, proof: Proof) -> None:
    if proof.rules:
        load_rules(network, scenario)
    for step in proof.before:
        node, _, command = step.partition(" ")
        network.run(node, command)


def _outputs(network: Network, checks: list[Check], commands: list[str], only_growing: bool = False) -> list[str]:
    """What the commands print now, without those of which nobody asks at this moment."""
    wanted = [bool(check.grows) if only_growing else check.tells_by_rules for check in checks]
    return [
        _output(network, check, command) if want else ""
        for check, command, want in zip(checks, commands, wanted, strict=True)
    ]


def _output(network: Network, check: Check, command: str) -> str:
    return network.output(check.node, f"{check.inside} {_quoted(command)}" if check.inside else command, TIMEOUT)


def _quoted(command: str) -> str:
    return "'" + command.replace("'", "'\\''") + "'"


def _attempt(network: Network, proof: Proof, commands: list[str]) -> list[str]:
    """Makes the attempt, and returns what each command prints in the midst of it or behind it."""
    outputs = [""] * len(commands)
    rows = list(enumerate(zip(proof.check, commands, strict=True)))
    if proof.attempt:
        attempt = RunningTraffic(network, Traffic(run=proof.attempt, node=proof.attempt_node))
        if any(check.during for check in proof.check):
            time.sleep(1)
        for at, (check, command) in rows:
            if check.during:
                outputs[at] = _output(network, check, command)
        if attempt.process.wait(timeout=TIMEOUT) == 0:
            raise LabError(f"`{proof.attempt}` worked, so that nothing is broken")
    for at, (check, command) in rows:
        if not check.during:
            outputs[at] = _output(network, check, command)
    return outputs


def _title(check: Check, command: str) -> str:
    return f"{check.cause} for {check.system}: `{command}` on {check.node}"


def differences(check: Check, healthy: str, before: str, after: str) -> list[str]:
    shown = f"it printed:\n{after.strip() or '(nothing)'}"
    wrong = [f"  does not print /{one}/; {shown}" for one in check.prints if not _found(one, after)]
    wrong += [f"  must not print /{one}/; {shown}" for one in check.lacks if _found(one, after)]
    if check.tells_by_rules and all(_found(one, healthy) for one in check.prints):
        wrong.append(f"  prints the same before the rules are loaded:\n{healthy.strip()}")
    for counter in check.grows:
        old, new = (sum(map(int, re.findall(counter, text, re.MULTILINE))) for text in (before, after))
        if new <= old:
            wrong.append(f"  /{counter}/ does not grow: {old}, then {new}; {shown}")
    return wrong


def _found(expression: str, text: str) -> bool:
    return re.search(expression, text, re.MULTILINE | re.DOTALL) is not None
