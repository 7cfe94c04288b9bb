#!/usr/bin/env python3
"""The scenario lab: records broken networks from real kernels.

    lab.py list                     what there is
    lab.py record NAME...|all       record into pcaps/
    lab.py check NAME...|all        record afresh and compare with the expectations
    lab.py watch NAME...|all        run whydrop live in them, and compare what it says
    lab.py prove NAME...|all        run the checks that whydrop proposes where their causes are real

With --reseed the recordings have other addresses, MACs and hop counts. Several
stories run side by side, each in a process of its own, so that a story that fails
or is killed takes nothing else with it.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from errors import LabError
from namespaces import obstacle
from proofs import prove, provable_names
from recording import record
from scenario import REPOSITORY, load, scenario_names
from session import Session, lives, remove_leftovers
from topology import Seed, seed_from
from watching import watch

PCAPS = REPOSITORY / "pcaps"
WHYDROP = Path(os.environ.get("WHYDROP", REPOSITORY / "build/release/whydrop")).resolve()
JOBS = 6  # they wait most of the time
RANDOM_SEED = -1
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> int:
    arguments = _parse_arguments()
    try:
        if arguments.command == "list":
            return _list()
        if arguments.worker:
            _end_with(arguments.worker)
        elif why := obstacle():
            raise LabError(why)
        if arguments.command == "prove":
            return _prove(arguments)
        if arguments.command == "watch":
            return _watch(arguments)
        names = _names(arguments.names)
        seed = _seed(arguments.reseed)
        if arguments.command == "check":
            return _check(names, arguments.into, seed, arguments.jobs)
        into = arguments.into or PCAPS
        if len(names) == 1:
            return _record(names[0], into, seed, arguments.worker)
        with Session() as session:
            return _run_side_by_side(session, names, "record", _recording(into, seed), arguments.jobs)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 2


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lab", description="Record broken networks.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the scenarios, their capture points and titles")
    for name, purpose in (
        ("record", "record scenarios into pcaps/"),
        ("check", "record scenarios afresh and run whydrop corpus over them"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("names", nargs="+", metavar="NAME", help="a scenario, or 'all'")
        command.add_argument("--into", type=Path, metavar="DIR", help="keep the recordings here")
        command.add_argument(
            "--reseed",
            type=int,
            nargs="?",
            const=RANDOM_SEED,
            metavar="N",
            help="other addresses, MACs and hop counts, the same ones for the same N",
        )
        _add_running(command)
    command = commands.add_parser("prove", help="run the checks that whydrop proposes where their causes are real")
    command.add_argument("names", nargs="+", metavar="NAME", help="a scenario with checks.toml, or 'all'")
    _add_running(command)
    command = commands.add_parser("watch", help="run whydrop live in scenarios, and compare what it says")
    command.add_argument("names", nargs="+", metavar="NAME", help="a scenario, or 'all'")
    _add_running(command)
    return parser.parse_args()


def _add_running(command: argparse.ArgumentParser) -> None:
    command.add_argument("--worker", default="", metavar="RUN", help=argparse.SUPPRESS)
    command.add_argument("-j", "--jobs", type=int, default=JOBS, help=f"default {JOBS}")


def _names(wanted: list[str]) -> list[str]:
    names = scenario_names() if "all" in wanted else wanted
    for name in names:
        load(name)
    return names


def _end_with(run: str) -> None:
    """A worker must not outlive the run that started it, even if that one is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if not lives(run):
        raise LabError("the run that started this story has ended")


def _seed(wanted: int | None) -> int | None:
    if wanted != RANDOM_SEED:
        return wanted
    chosen = secrets.randbelow(10**6)
    print(f"lab: recording with --reseed {chosen}", file=sys.stderr)
    return chosen


def _list() -> int:
    if os.geteuid() == 0:
        remove_leftovers()
    for name in scenario_names():
        scenario = load(name)
        print(f"{name:30} {','.join(scenario.points):22} {scenario.title}")
    return 0


def _record(name: str, into: Path, seed: int | None, run: str) -> int:
    started = time.monotonic()
    made_from = Seed() if seed is None else seed_from(seed)
    try:
        packets = record(load(name, made_from), made_from, into / name, run)
    except LabError as error:
        raise LabError(f"{name}: {error}") from error
    counts = ", ".join(f"{point} {count}" for point, count in packets.items())
    print(f"recorded {name} in {time.monotonic() - started:.1f} s: packets {counts}", flush=True)
    return 0


def _prove(arguments: argparse.Namespace) -> int:
    """0: all print what they should; 1: some do not."""
    return _living(arguments, provable_names() if "all" in arguments.names else arguments.names, prove)


def _watch(arguments: argparse.Namespace) -> int:
    """0: it says what it should; 1: it does not."""
    return _living(arguments, _names(arguments.names), watch)


def _living(arguments: argparse.Namespace, names: list[str], look: Callable[[str, Path, Path, str], list[str]]) -> int:
    """What `look` finds wrong in living stories, each in a process of its own where they are several."""
    if len(names) > 1:
        with Session() as session:
            return _run_side_by_side(session, names, arguments.command, [], arguments.jobs)
    wrong = look(names[0], WHYDROP, PCAPS, arguments.worker)
    for line in wrong:
        print(f"{names[0]}: {line}", flush=True)
    return 1 if wrong else 0


def _recording(into: Path, seed: int | None) -> list[str]:
    return ["--into", str(into), *([] if seed is None else ["--reseed", str(seed)])]


def _run_side_by_side(session: Session, names: list[str], what: str, options: list[str], jobs: int) -> int:
    """Runs `lab.py WHAT NAME` for each; the worst of their statuses."""
    waiting = sorted(names, key=lambda name: load(name).exclusive)  # those that run alone: last
    options = ["--worker", session.path.name, *options]
    running: list[subprocess.Popen[bytes]] = []
    worst = 0
    try:
        while waiting or running:
            while waiting and len(running) < max(jobs, 1):
                command = [sys.executable, __file__, what, waiting.pop(0), *options]
                running.append(subprocess.Popen(command, start_new_session=True))
            time.sleep(0.1)
            worst = max(worst, *(abs(process.poll() or 0) for process in running))
            running = [process for process in running if process.returncode is None]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
    return min(worst, 2)


def _check(names: list[str], keep: Path | None, seed: int | None, jobs: int) -> int:
    if not WHYDROP.exists():
        raise LabError(f"{WHYDROP} is not there; build it first (./dev build)")
    with Session() as session:
        into = keep or session.path / "check"
        into.mkdir(parents=True, exist_ok=True)
        status = _run_side_by_side(session, names, "record", _recording(into, seed), jobs)
        for name in names:
            for expectation in (PCAPS / name).glob("*.expect.yaml"):
                if (into / name).exists():
                    shutil.copyfile(expectation, into / name / expectation.name)
        compared = subprocess.run([WHYDROP, "corpus", "."], cwd=into, check=False)
    return status or compared.returncode


if __name__ == "__main__":
    sys.exit(main())
