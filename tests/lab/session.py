"""One lab run's belongings on the machine, and how they all go away again.

A session is a directory /run/whydrop-lab/PID-STARTTIME, made before anything
else. Its name alone says who owns it and what its namespaces are called, so the
next run can remove what a killed one left behind: nothing needs to have been
written down in time. Start time guards against a reused pid.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import FrameType, TracebackType

STATE = Path("/run/whydrop-lab")
MACHINE = "machine"  # file of a session: the machine-wide settings as they were
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Session:
    """Context manager: whatever happens inside, nothing of it stays."""

    def __init__(self) -> None:
        self.path = STATE / f"{os.getpid()}-{start_time(os.getpid())}"

    def __enter__(self) -> Session:
        remove_leftovers()
        self.path.mkdir(parents=True, mode=0o700)
        for number in ENDING_SIGNALS:
            signal.signal(number, _leave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number in ENDING_SIGNALS:  # an impatient second Ctrl-C must not stop the clean-up
            signal.signal(number, signal.SIG_IGN)
        remove(self.path)

    def share_machine(self, exclusive: bool) -> None:
        """Waits while a story runs that must be alone; an exclusive one while any story runs."""
        self._lock = (STATE / "lock").open("w")  # the kernel unlocks it, however this process ends
        fcntl.flock(self._lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)

    def set_machine(self, settings: dict[str, str]) -> None:
        """Changes machine-wide sysctls; whoever removes this session restores them.

        The old values are on disk before the first one changes.
        """
        before = [f"{name}={_sysctl(name).read_text().strip()}\n" for name in settings]
        unfinished = self.path / f"{MACHINE}.unfinished"
        unfinished.write_text("".join(before))
        unfinished.rename(self.path / MACHINE)
        for name, value in settings.items():
            _sysctl(name).write_text(value)

    def namespace(self, node: str) -> str:
        return f"{_namespace_prefix(self.path)}{node}"


def remove_leftovers() -> None:
    """Removes what runs that no longer live left behind."""
    for path in STATE.glob("*-*"):
        pid, _, started = path.name.partition("-")
        if start_time(int(pid)) != started:
            remove(path)


def remove(session: Path) -> None:
    """Ends a session's processes, then removes its namespaces and files."""
    prefix = _namespace_prefix(session)
    namespaces = [path.name for path in Path("/run/netns").glob(f"{prefix}*")]
    pids = [pid for namespace in namespaces for pid in _processes(namespace)]
    for pid in pids:
        _kill(pid)
    deadline = time.monotonic() + 5
    while any(start_time(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    _restore_machine(session)
    for namespace in namespaces:  # another starting run may be removing the same one
        subprocess.run(["ip", "netns", "del", namespace], stderr=subprocess.DEVNULL, check=False)
    shutil.rmtree(session, ignore_errors=True)


def start_time(pid: int) -> str:
    """When a process started, in clock ticks since boot; empty once it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state == "Z" else rest[18]


def _restore_machine(session: Path) -> None:
    saved = session / MACHINE
    if saved.exists():
        for line in saved.read_text().splitlines():
            name, _, value = line.partition("=")
            _sysctl(name).write_text(value)


def _sysctl(name: str) -> Path:
    return Path("/proc/sys") / name.replace(".", "/")


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _namespace_prefix(session: Path) -> str:
    return f"whydrop-{session.name.partition('-')[0]}-"


def _processes(namespace: str) -> list[int]:
    command = ["ip", "netns", "pids", namespace]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
