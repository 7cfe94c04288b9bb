"""Cuts captures in two and compares what flow records of the parts give with the whole (split.cpp)."""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from programs import ran

JOBS = 2
CAPTURES_AT_ONCE = 40
TIMEOUT = 600  # seconds for these
SUM = re.compile(
    r"^split: (?P<captures>\d+) captures \((?P<uncut>\d+) not cut\), (?P<cuts>\d+) cuts: (?P<equal>\d+) equal, "
    r"(?P<fragments>\d+) with a fragment on both sides, (?P<copies>\d+) with copies on both sides, "
    r"(?P<different>\d+) different$",
    re.MULTILINE,
)


def report(captures: list[Path], program: Path) -> int:
    """Prints what differs and the sums; 1 when a cut made a difference that nothing excuses, or a run failed."""
    groups = [captures[at : at + CAPTURES_AT_ONCE] for at in range(0, len(captures), CAPTURES_AT_ONCE)]
    sums: dict[str, int] = {}
    failed = 0
    with ThreadPoolExecutor(JOBS) as pool:
        for output in pool.map(lambda group: _output(group, program), groups):
            counts = SUM.search(output)
            print(SUM.sub("", output), end="", flush=True)
            failed += counts is None
            for name, count in (counts.groupdict() if counts else {}).items():
                sums[name] = sums.get(name, 0) + int(count)
    print("cut in two:", ", ".join(f"{name} {count}" for name, count in sums.items()), f"; {failed} runs failed")
    return 1 if failed or sums.get("different", 0) else 0


def _output(captures: list[Path], program: Path) -> str:
    try:
        done = ran([program, *captures], TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"hangs: not done after {TIMEOUT} s, from {captures[0]}\n"
    return done.stderr + done.stdout
