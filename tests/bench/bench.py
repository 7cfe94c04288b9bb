#!/usr/bin/env python3
"""Measures whydrop beside libpcap's bare read loop, over a generated capture, and checks what it found there.

Both run alternately in one process each, page cache warm, so that a busy machine slows both and their ratio stays.
The capture is generated once, under build/bench, with the truth about its flows beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import live

ROOT = Path(__file__).resolve().parents[2]
# Name: kind, bytes or packets, seed.
CAPTURES = {
    "mixed": ("mixed", 2_400_000_000, 1),
    "small": ("mixed", 20_000_000, 2),
    "elephant": ("elephant", 2_000_000, 3),
    "flood": ("flood", 10_000_000, 4),
    "syns": ("syns", 8_000_000, 5),
    "findings": ("refusals", 200_000, 8),
    "cut": ("cut", 400_000_000, 7),  # and with a fifth, and ten times, the packets
    "cut-1M": ("cut", 80_000_000, 7),
    "cut-50M": ("cut", 4_000_000_000, 7),
}
THREADS = {"1 thread": "1", "2 threads": "2"}  # of whydrop
MANY = ("many", 1_000, 6)  # kind, captures, seed
MANY_SECONDS = 3.0
OUTPUT_SECONDS = 1.0  # of JSON, and of the full text, of findings
MEMORY_BOUND_KB = 1 << 20  # --memory's default where there is plenty


@dataclass
class Run:
    seconds: float
    peak_kb: int  # never less than this script's own, about 16 MB: Linux counts what a child was before its exec


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", default="mixed", choices=(*CAPTURES, "many", "live"),
                        help="capture (default: mixed); or many: 1,000 small ones; or live: losses and memory under "
                        "load, as root")
    parser.add_argument("--runs", type=int, default=7, metavar="N", help="runs of each (default: 7)")
    parser.add_argument("--stages", action="store_true", help="also where the time goes, by stage")
    parser.add_argument("--against", metavar="COMMAND", help="another program beside it; the capture's path is appended")
    parser.add_argument("--minutes", type=float, default=10, help="of the long flood of live; 0: none (default: 10)")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", metavar="DIR", help="build to measure")
    arguments = parser.parse_args()
    program, baseline, generate, stages, output = find_programs(arguments.build)
    if arguments.name == "live":
        captures = {"syns": make_capture(generate, "syns"), "mixed": make_capture(generate, "small")}
        return live.run(arguments.build.resolve(), captures, arguments.runs, arguments.minutes)
    if arguments.name == "many":
        return many(program, generate, arguments.runs)
    capture = make_capture(generate, arguments.name)
    truth = json.loads(truth_of(capture).read_text())

    commands = {
        "libpcap": [str(baseline), str(capture)],
        **{name: [str(program), "read", "-q", "--threads", count, str(capture)] for name, count in THREADS.items()},
    }
    if arguments.against:
        commands["against"] = [*shlex.split(arguments.against), str(capture)]
    bring_into_cache(capture)
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(arguments.runs):
        for name, command in commands.items():
            runs[name].append(run(command))

    print(f"{arguments.name}: {truth['packets']:,} packets, {truth['bytes'] / 1e6:,.0f} MB, "
          f"{truth['flows']['total']:,} flows, {truth['flows']['failed']:,} of them failing; "
          f"{arguments.runs} runs of each, median")
    print_table(runs, truth)
    if arguments.stages:
        print_stages(stages, capture)
    slow = check_output(output, capture, arguments.runs) if arguments.name == "findings" else 0
    return max(slow, check(program, capture, truth), check_memory([one for name in THREADS for one in runs[name]]))


def find_programs(build: Path) -> list[Path]:
    tools = [build / "tests/bench" / f"bench_{name}" for name in ("baseline", "generate", "stages", "output")]
    programs = [build / "whydrop", *tools]
    for program in programs:
        if not program.exists():
            sys.exit(f"bench: {program} is not there; build it: ninja -C {build} whydrop bench_tools")
    return programs


def truth_of(capture: Path) -> Path:
    return capture.with_suffix(".truth.json")


def is_missing_or_old(made: Path, generate: Path) -> bool:
    return not truth_of(made).exists() or made.stat().st_mtime < generate.stat().st_mtime


def make_capture(generate: Path, name: str) -> Path:
    kind, amount, seed = CAPTURES[name]
    capture = ROOT / "build/bench" / f"{name}.pcap"
    if is_missing_or_old(capture, generate):
        unit = "bytes" if kind in ("mixed", "cut") else "packets"
        print(f"generating {capture.relative_to(ROOT)}, {amount:,} {unit}", file=sys.stderr)
        capture.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([generate, kind, capture, str(amount), str(seed)], check=True)
    return capture


def bring_into_cache(capture: Path) -> None:
    """As reading from the disk leaves it there: what a generator wrote a little at a time lies there in small pages."""
    with open(capture, "rb", buffering=0) as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        room = bytearray(1 << 20)
        while file.readinto(room):
            pass


def many(program: Path, generate: Path, runs: int) -> int:
    """`whydrop corpus -j2` over small captures, each with the expectation that follows from what it was made of."""
    kind, count, seed = MANY
    folder = ROOT / "build/bench" / kind
    if is_missing_or_old(folder, generate):
        subprocess.run([generate, kind, folder, str(count), str(seed)], check=True)
        os.utime(folder)
    seconds = [run([str(program), "corpus", "-j2", str(folder)]).seconds for _ in range(runs)]
    median = statistics.median(seconds)
    truth = json.loads(truth_of(folder).read_text())
    print(f"many: {truth['captures']:,} captures of {truth['bytes'] / truth['captures'] / 1000:.1f} kB, all as expected, "
          f"in {median:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}, {runs} runs)")
    return 0 if median < MANY_SECONDS else 1


def run(command: list[str]) -> Run:
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with status {child.returncode}")
    return Run(seconds, usage.ru_maxrss)


def print_table(runs: dict[str, list[Run]], truth: dict) -> None:
    print(f"{'':10}{'packets/s':>12}{'GB/s':>8}{'ns/packet':>11}{'seconds':>9}  {'min..max':<13}{'peak memory':>13}")
    for name, measured in runs.items():
        seconds = [one.seconds for one in measured]
        median = statistics.median(seconds)
        peak = max(one.peak_kb for one in measured)
        print(f"{name:10}{truth['packets'] / median:12,.0f}{truth['bytes'] / median / 1e9:8.2f}"
              f"{median / truth['packets'] * 1e9:11.1f}{median:9.3f}  "
              f"{f'{min(seconds):.3f}..{max(seconds):.3f}':<13}{peak / 1024:10.1f} MB")
    for name in (name for name in runs if name != "libpcap"):
        ratios = [ours.seconds / theirs.seconds for ours, theirs in zip(runs[name], runs["libpcap"], strict=True)]
        print(f"{name} takes {statistics.median(ratios):.2f} times libpcap's time "
              f"({min(ratios):.2f} to {max(ratios):.2f} by run)")


def print_stages(stages: Path, capture: Path) -> None:
    """Each stage walks the capture anew, with all before it; the program's start and its output come on top."""
    done = subprocess.run([stages, capture], stdout=subprocess.PIPE, text=True, check=True)
    print("ns/packet by stage: " + ", ".join(done.stdout.split("\n")).strip(", "))


def check_output(output: Path, capture: Path, runs: int) -> int:
    """Whether writing the findings down takes as little as it should."""
    measured = [dict(line.split() for line in subprocess.run([output, capture], stdout=subprocess.PIPE, text=True,
                                                             check=True).stdout.splitlines()) for _ in range(runs)]
    slow = 0
    for kind in ("json", "text"):
        seconds = [float(one[kind]) for one in measured]
        median = statistics.median(seconds)
        print(f"writing {int(measured[0]['findings']):,} findings as {kind} takes {median:.2f} s "
              f"({min(seconds):.2f} to {max(seconds):.2f})")
        slow = max(slow, int(median >= OUTPUT_SECONDS))
    return slow


def check_memory(runs: list[Run]) -> int:
    """Whether whydrop stayed within its default bound."""
    peak = max(one.peak_kb for one in runs)
    within = peak <= MEMORY_BOUND_KB
    print(f"whydrop's memory was {'within' if within else 'ABOVE'} its bound of {MEMORY_BOUND_KB / 1024:,.0f} MB")
    return 0 if within else 1


def check(program: Path, capture: Path, truth: dict) -> int:
    """Compares whydrop's counts with the truth, and what it says with more threads; 0 when they agree."""
    said = [subprocess.run([program, "read", "--json", "--threads", count, capture], stdout=subprocess.PIPE,
                           check=True).stdout for count in THREADS.values()]
    if len(set(said)) != 1:
        print("whydrop says something else with more threads")
        return 1
    found = json.loads(said[0])
    counts: Counter[str] = Counter({"packets": found["capture"]["packets"], "failed": found["flows"]["failed"]})
    for finding in found["findings"]:
        counts[finding["verdict"]] += finding["count"]
    counts["floods"] = sum(finding["flood"] for finding in found["findings"])
    expected = Counter(truth["verdicts"], packets=truth["packets"], failed=truth["flows"]["failed"],
                       floods=truth.get("floods", 0))
    expected.pop("ok", None)
    wrong = [f"{key}: {counts[key]:,}, not {expected[key]:,}"
             for key in sorted(counts | expected) if counts[key] != expected[key]]
    if wrong:
        print("whydrop's counts differ from the truth: " + "; ".join(wrong))
        return 1
    print("whydrop's counts agree with the truth: "
          + ", ".join(f"{verdict} {count:,}" for verdict, count in sorted(truth["verdicts"].items()) if verdict != "ok"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
