"""One lab run's belongings on the machine, and how they all go away again.

A session is a directory /run/whydrop-lab/PID-STARTTIME, made before anything
else; that of a story among several is called PID-STARTTIME-RUN, where RUN is the
session that started it. The name alone says who owns it and what its namespaces
are called, so the next run can remove what a killed one left behind: nothing
needs to have been written down in time. Start time guards against a reused pid.
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

from errors import LabError

STATE = Path("/run/whydrop-lab")
MACHINE = "machine"  # file of a session: the machine-wide settings as they were
VARIABLE = "LAB_SESSION"  # names the session to all of its programs, and all of its programs to us
ENDING_TIMEOUT = 5.0
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Session:
    """Context manager: whatever happens inside, nothing of it stays."""

    def __init__(self, run: str = "") -> None:
        own = f"{os.getpid()}-{start_time(os.getpid())}"
        self.path = STATE / (f"{own}-{run}" if run else own)

    def __enter__(self) -> Session:
        for number in ENDING_SIGNALS:
            signal.signal(number, _leave)
        remove_leftovers()
        self.path.mkdir(parents=True, mode=0o700)
        os.environ[VARIABLE] = str(self.path)
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
        for name in settings:
            if not os.access(_sysctl(name), os.W_OK):
                raise LabError(f"{name} cannot be changed here; is its kernel module loaded?")
        before = [f"{name}={_sysctl(name).read_text().strip()}\n" for name in settings]
        unfinished = self.path / f"{MACHINE}.unfinished"
        unfinished.write_text("".join(before))
        unfinished.rename(self.path / MACHINE)
        for name, value in settings.items():
            _sysctl(name).write_text(value)

    def namespace(self, node: str) -> str:
        return f"{_namespace_prefix(self.path)}{node}"


def remove_leftovers() -> None:
    """Removes what runs that no longer live left behind, and stories whose run no longer lives."""
    for path in STATE.glob("*-*"):
        pid, started, *run = path.name.split("-")
        own = f"{pid}-{started}"
        if lives(own) and (not run or lives("-".join(run))):
            continue
        if lives(own):
            _kill(int(pid))
        remove(path)


def lives(owner: str) -> bool:
    """Whether a process still runs, given as PID-STARTTIME."""
    pid, _, started = owner.partition("-")
    return start_time(int(pid)) == started


def remove(session: Path) -> None:
    """Ends a session's processes, then removes its namespaces and files."""
    deadline = time.monotonic() + ENDING_TIMEOUT
    while (pids := _processes(session)) and time.monotonic() < deadline:
        for pid in pids:
            _kill(pid)
        time.sleep(0.01)
    _restore_machine(session)
    for namespace in _namespaces(session):  # another starting run may be removing the same one
        command = ["ip", "netns", "del", namespace.name]
        subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    shutil.rmtree(session, ignore_errors=True)


def start_time(pid: int) -> str:
    """When a process started, in clock ticks since boot; empty once it has ended."""
    return _stat(pid, 22)


def _stat(pid: int, field: int) -> str:
    """A field of /proc/PID/stat behind the state, by its number in proc(5); empty once the process has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state == "Z" else rest[field - 4]


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


def _namespaces(session: Path) -> list[Path]:
    return list(Path("/run/netns").glob(f"{_namespace_prefix(session)}*"))


def _processes(session: Path) -> list[int]:
    """Those inside its namespaces, and those that it started to build them or to enter them.

    The latter are known by their environment, which a process does not have yet in
    the middle of its exec: then by their parent.
    """
    inside = {identity for path in _namespaces(session) if (identity := _identity(path))}
    mark = f"{VARIABLE}={session}".encode()
    owner, started, *_ = session.name.split("-")
    parent = owner if lives(f"{owner}-{started}") else None
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        if _identity(process / "ns/net") in inside or mark in _environment(process) or _stat(pid, 4) == parent:
            found.append(pid)
    return found


def _identity(namespace: Path) -> tuple[int, int] | None:
    try:
        status = namespace.stat()
    except OSError:  # gone
        return None
    return status.st_dev, status.st_ino


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # gone
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
