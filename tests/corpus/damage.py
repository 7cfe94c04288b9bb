"""Runs damaged copies of captures through whydrop: each is read to its end, soon, without a sanitizer's complaint.

tests/corpus/survive.cpp makes the copies and reads them, many in one process.
Here its lines are read: one that was begun and not ended names what it died of.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from programs import ran

JOBS = 2
AT_ONCE = 40  # captures a process

# What a release build may take; sanitizers cost a factor, and a run of any size some time.
SECONDS_PER_BYTE = 2 / 10_000_000
SANITIZER_FACTOR = 10
SECONDS_PER_RUN = 0.5


@dataclass
class Outcome:
    runs: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "none")
    broken: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.runs += other.runs
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.broken += other.broken


def survive(captures: list[Path], program: Path) -> Outcome:
    total = Outcome()
    with ThreadPoolExecutor(JOBS) as pool:
        for outcome in pool.map(lambda some: survive_some(some, program), chunks(captures)):
            total.add(outcome)
    return total


def report(outcome: Outcome) -> int:
    for broken in outcome.broken:
        print(f"BROKEN {broken}")
    seconds, what = outcome.slowest
    print(f"damaged copies: {outcome.runs} read in {outcome.seconds:.0f} s, the slowest in {seconds:.3f} s: {what}")
    print(f"damaged copies: {len(outcome.broken)} broken")
    return 1 if outcome.broken or outcome.runs == 0 else 0


def chunks(captures: list[Path]) -> Iterator[list[Path]]:
    rest = iter(captures)
    while some := list(itertools.islice(rest, AT_ONCE)):
        yield some


def survive_some(captures: list[Path], program: Path) -> Outcome:
    """A process that dies is begun again behind the capture that it died of."""
    outcome = Outcome()
    while captures:
        done = ran([program, *captures])
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        for row in rows:
            take(outcome, row)
        if done.returncode == 0:
            break
        died_of = rows[-1] if rows else [str(captures[0]), "its making", "0"]
        outcome.broken.append(f"{' '.join(died_of[:2])}: exit status {done.returncode}\n{done.stderr[-4000:]}")
        captures = captures[captures.index(Path(died_of[0])) + 1 :]
    return outcome


def take(outcome: Outcome, row: list[str]) -> None:
    outcome.runs += 1
    if len(row) != 4:
        return
    capture, damage, size, taken = row[0], row[1], int(row[2]), float(row[3])
    outcome.seconds += taken
    outcome.slowest = max(outcome.slowest, (taken, f"{capture}, {damage}"))
    allowed = SECONDS_PER_RUN + SANITIZER_FACTOR * SECONDS_PER_BYTE * size
    if taken > allowed:
        outcome.broken.append(f"{capture}, {damage}: {size} bytes took {taken:.1f} s, over {allowed:.1f} s")
