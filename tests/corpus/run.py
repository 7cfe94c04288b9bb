#!/usr/bin/env python3
"""Runs every capture of a corpus through whydrop and counts how it went.

    run.py --programs BUILD_DIR [DIR]

First each as it is, then damaged copies of it (damage.py), then flow records of its
two parts (split_parts.py), then packet by packet against tshark (compare_tshark.py),
then flow by flow against what others say of them (score.py, zeek_states.py).

The corpus is real traffic from public projects, kept outside of the repository:
without DIR, an absent one is skipped; an absent DIR is an error. What a run must
fulfil is a check; CHECKS lists them. Exit status 1 when one is broken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import compare_tshark
import damage
import score
import split_parts
import zeek_states
from programs import ran

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "corpus"
TIMEOUT = 60  # seconds; a sanitizer build takes milliseconds for these sizes
JOBS = 2
REPORT_EVERY = 15  # seconds

# How captures begin: pcap in both byte orders and both resolutions, pcapng, gzip, zstd, xz, lz4.
MAGICS = tuple(
    bytes.fromhex(magic)
    for magic in "a1b2c3d4 d4c3b2a1 a1b23c4d 4d3cb2a1 0a0d0d0a 1f8b 28b52ffd fd377a58 04224d18".split()
)
COMMANDS = (["read", "--json"], ["flows"])


@dataclass(frozen=True)
class Run:
    """One command over one capture."""

    capture: Path
    command: str
    status: int | None  # None: killed after TIMEOUT
    stdout: str
    stderr: str


Check = Callable[[Run], Iterator[str]]


def ends_well(run: Run) -> Iterator[str]:
    if run.status is None:
        yield f"hangs: not done after {TIMEOUT} s"
    elif run.status not in (0, 2):
        yield f"exit status {run.status}"


def is_clean(run: Run) -> Iterator[str]:
    if "Sanitizer" in run.stderr or "runtime error:" in run.stderr:
        yield "sanitizer report"


def refuses_with_a_message(run: Run) -> Iterator[str]:
    if run.status == 2 and not run.stderr.startswith("whydrop: "):
        yield "exit status 2 without a message"


def prints_json(run: Run) -> Iterator[str]:
    lines = run.stdout.splitlines() if run.command == "flows" else [run.stdout]
    try:
        for line in lines:
            if line or run.status == 0:
                json.loads(line)
    except ValueError as error:
        yield f"output is not JSON: {error}"


CHECKS: tuple[Check, ...] = (ends_well, is_clean, refuses_with_a_message, prints_json)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a corpus of captures through whydrop.")
    parser.add_argument("--programs", type=Path, required=True, help="the build directory of the whydrop to run")
    parser.add_argument("dir", type=Path, nargs="?", help=f"default: {DEFAULT}")
    arguments = parser.parse_args()
    folder: Path = arguments.dir or DEFAULT
    if not folder.is_dir():
        if arguments.dir:
            print(f"corpus: {folder}: no such directory", file=sys.stderr)
            return 2
        print(f"corpus: SKIPPED, there is no {folder}; ./dev test corpus DIR takes another")
        return 0
    captures = [path for path in sorted(folder.rglob("*")) if is_capture(path)]
    if not captures:
        print(f"corpus: {folder}: holds no capture", file=sys.stderr)
        return 2
    program = arguments.programs.resolve() / "whydrop"
    return max(run_checks(captures, program.parent), score.report(folder, program), zeek_states.report(folder, program))


def run_checks(captures: list[Path], build: Path) -> int:
    statuses = [report(captures, build / "whydrop")]
    print("reading damaged copies", flush=True)
    statuses.append(damage.report(damage.survive(captures, build / "tests/corpus/survive")))
    print("cutting captures in two", flush=True)
    statuses.append(split_parts.report(captures, build / "tests/corpus/split"))
    print("comparing with tshark", flush=True)
    packet_facts = build / "tests/corpus/packet_facts"
    statuses.append(compare_tshark.report(compare_tshark.compare(captures, packet_facts)))
    return max(statuses)


def is_capture(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4).startswith(MAGICS)


def report(captures: list[Path], program: Path) -> int:
    outcomes: Counter[str] = Counter()
    broken = 0
    shown_at = time.monotonic()
    with ThreadPoolExecutor(JOBS) as pool:
        for number, runs in enumerate(pool.map(lambda capture: runs_over(capture, program), captures), start=1):
            for run in runs:
                outcomes[f"{run.command}: {outcome(run)}"] += 1
                for wrong in (wrong for check in CHECKS for wrong in check(run)):
                    broken += 1
                    print(f"BROKEN {run.capture}: {run.command}: {wrong}\n{run.stderr[-2000:]}", flush=True)
            if time.monotonic() - shown_at > REPORT_EVERY:
                shown_at = time.monotonic()
                print(f"{number} of {len(captures)} captures", flush=True)
    for name, count in sorted(outcomes.items()):
        print(f"{count:6} {name}")
    print(f"corpus: {len(captures)} captures, {outcomes.total()} runs, {broken} broken")
    return 1 if broken else 0


def outcome(run: Run) -> str:
    return {0: "done", 2: "refused", None: "hung"}.get(run.status, "crashed")


def runs_over(capture: Path, program: Path) -> list[Run]:
    return [run(capture, program, command) for command in COMMANDS]


def run(capture: Path, program: Path, command: list[str]) -> Run:
    try:
        done = ran([program, *command, capture], TIMEOUT)
    except subprocess.TimeoutExpired:
        return Run(capture, command[0], None, "", "")
    return Run(capture, command[0], done.returncode, done.stdout, done.stderr)


if __name__ == "__main__":
    sys.exit(main())
