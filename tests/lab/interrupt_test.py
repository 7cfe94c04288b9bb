#!/usr/bin/env python3
"""Interrupts recordings at several moments, in three ways: the next lab command leaves nothing of them.

All recordings of a test run side by side, as a person's runs may. Those that a
signal lets clean up must have done so themselves; after a kill the next command does.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from namespaces import skip_where_impossible
from session import MACHINE, STATE, VARIABLE

LAB_FOLDER = Path(__file__).resolve().parent
LAB = [sys.executable, str(LAB_FOLDER / "lab.py")]
STORY = "healthy-http"  # short, with a service
SLOW = "tcp-drop-forward"
EXCLUSIVE = "conntrack-full"
LIMIT = Path("/proc/sys/net/netfilter/nf_conntrack_max")  # what it changes
NODES = 4  # of STORY
NAMESPACES = Path("/run/netns")
VOLATILE = {"net.netfilter.nf_conntrack_count"}  # what the machine itself does meanwhile
TIMEOUT = 180.0  # an exclusive story waits for the others
# Prints the signal that ended its child.
FORKING = """
import os, time
from session import Session
with Session():
    child = os.fork()
    if child == 0:
        time.sleep(20)
        os._exit(0)
print(os.waitpid(child, 0)[1])
"""


@dataclass
class Run:
    """A lab command under way, and everything that can be its own."""

    lab: subprocess.Popen[bytes]
    seen: set[Path] = field(default_factory=set)  # its session, and those of the stories that it records

    @property
    def sessions(self) -> list[Path]:
        return [*STATE.glob(f"{self.lab.pid}-*"), *STATE.glob(f"*-*-{self.lab.pid}-*")]

    @property
    def namespaces(self) -> list[str]:
        owners = [session.name.partition("-")[0] for session in self.seen]
        return [path.name for owner in owners for path in NAMESPACES.glob(f"whydrop-{owner}-*")]

    @property
    def programs(self) -> list[str]:
        """What still runs of all that it started."""
        marks = {f"{VARIABLE}={session}".encode() for session in self.seen}
        return [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if marks & environment(path)]

    @property
    def belongings(self) -> list[str]:
        return [*map(str, self.sessions), *self.namespaces, *self.programs]

    def has(self, file: str) -> bool:
        return any((session / file).exists() for session in self.seen)

    def reached(self, moment: str) -> bool:
        self.seen.update(self.sessions)
        return MOMENTS[moment].arrives(self)


def environment(path: Path) -> set[bytes]:
    try:
        return set(path.read_bytes().split(b"\0"))
    except OSError:  # gone
        return set()


@dataclass(frozen=True)
class Moment:
    """When to interrupt which stories: the first sight of something that is there for a while only."""

    stories: list[str]
    arrives: Callable[[Run], bool]
    recorded: bool = False  # the recording may be complete already


MOMENTS = {
    "its session is made": Moment([STORY], lambda run: bool(run.seen)),
    "the network is half built": Moment([STORY], lambda run: len(run.namespaces) >= 2),
    "services start": Moment([STORY], lambda run: run.has("services.log")),
    "captures start": Moment([STORY], lambda run: run.has("server.tcpdump")),
    "clients run": Moment([SLOW], lambda run: run.has("traffic.log")),
    "it cleans up": Moment([STORY], lambda run: run.has("capturing") and len(run.namespaces) < NODES, recorded=True),
    "the machine is changed": Moment([EXCLUSIVE], lambda run: run.has(MACHINE) and run.has("traffic.log")),
    "several stories run": Moment([SLOW, STORY], lambda run: run.has("capturing")),
}


def possible(moment: str) -> bool:
    if os.access(LIMIT, os.W_OK) or MOMENTS[moment].stories != [EXCLUSIVE]:
        return True
    print(f"not interrupted when {moment}: {LIMIT} cannot be written here", file=sys.stderr)
    return False


def interfaces() -> set[str]:
    return {path.name for path in Path("/sys/class/net").iterdir()}


def settings() -> dict[str, str]:
    """The machine's own; those of the nodes went with them."""
    listed = subprocess.run(["sysctl", "-a"], capture_output=True, text=True, check=True).stdout
    found = dict(line.split(" = ", 1) for line in listed.splitlines() if line.startswith("net."))
    return {name: value for name, value in found.items() if name not in VOLATILE}


class Interrupting(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="whydrop-lab-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_ctrl_c_at_any_moment_leaves_nothing_behind(self) -> None:
        self.interrupt_everywhere(signal.SIGINT)

    def test_being_terminated_at_any_moment_leaves_nothing_behind(self) -> None:
        self.interrupt_everywhere(signal.SIGTERM)

    def test_the_next_command_removes_what_being_killed_at_any_moment_left_behind(self) -> None:
        self.interrupt_everywhere(signal.SIGKILL)

    def test_a_program_that_was_just_forked_ends_with_its_session(self) -> None:
        """It has no environment of its own yet that would name the session."""
        child = subprocess.run(
            [sys.executable, "-c", FORKING], cwd=LAB_FOLDER, stdout=subprocess.PIPE, text=True, check=True
        )
        self.assertEqual(f"{signal.SIGKILL.value}\n", child.stdout)

    def interrupt_everywhere(self, number: signal.Signals) -> None:
        interfaces_before, settings_before = interfaces(), settings()
        runs = {moment: self.start(moment) for moment in MOMENTS if possible(moment)}
        self.interrupt(runs, number)
        for moment in runs:
            with self.subTest(moment=moment):
                if runs[moment].lab.wait(timeout=TIMEOUT) == 0 and not MOMENTS[moment].recorded:
                    runs[moment] = self.interrupt_alone(moment, number)
                run, status = runs[moment], runs[moment].lab.wait(timeout=TIMEOUT)
                if number != signal.SIGKILL:
                    self.assertEqual([], run.belongings, "before the next command")
                if not MOMENTS[moment].recorded:
                    self.assertEqual(-number if number == signal.SIGKILL else 128 + number, status)
                    self.assertEqual([], list(self.folder.glob(f"{moment}/*/*")), "half a recording was kept")
        subprocess.run([*LAB, "list"], stdout=subprocess.DEVNULL, check=True)
        for moment, run in runs.items():
            with self.subTest(moment=moment):
                self.assertEqual([], run.belongings)
        self.assertEqual(interfaces_before, interfaces())
        settings_after = settings()  # perhaps more of them: rules load kernel modules
        self.assertEqual(settings_before, {name: settings_after[name] for name in settings_before})

    def interrupt_alone(self, moment: str, number: signal.Signals) -> Run:
        """Its run had ended by itself when its moment was noticed among the others'."""
        shutil.rmtree(self.folder / moment, ignore_errors=True)
        run = self.start(moment)
        self.interrupt({moment: run}, number)
        return run

    def start(self, moment: str) -> Run:
        command = [*LAB, "record", *MOMENTS[moment].stories, "--into", str(self.folder / moment)]
        lab = subprocess.Popen(command, start_new_session=True)
        self.addCleanup(lab.kill)
        return Run(lab)

    def interrupt(self, runs: dict[str, Run], number: signal.Signals) -> None:
        """Each at its moment; Ctrl-C reaches all of a terminal's programs, the other signals one process."""
        waiting = dict(runs)
        deadline = time.monotonic() + TIMEOUT
        while waiting and time.monotonic() < deadline:
            for moment in [moment for moment, run in waiting.items() if run.reached(moment)]:
                send = os.killpg if number == signal.SIGINT else os.kill
                send(waiting.pop(moment).lab.pid, number)
            time.sleep(0.001)
        self.assertEqual([], list(waiting), "moments that never came")


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
