"""`./dev bench live`: what `whydrop live` loses under load beside tcpdump, and what memory a long flood takes.

A generator sends over a veth pair from one core; what captures at the other end has the other core. Both capture the
same packets at the same rate, in alternate runs, with rings of equal size.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/lab"))

from network import Network  # noqa: E402
from recording import wait  # noqa: E402
from session import Session  # noqa: E402
from topology import LINE, Seed  # noqa: E402

RING = 16  # MiB
SECONDS = 5.0  # of one run
SENDER_CORE, CAPTURER_CORE = "0", "1"
BEGINS_TO_LOSE = 0.001  # share of packets
SAFE = 0.6  # of the rate at which tcpdump begins to lose, nothing may be lost
FLOOD_MEMORY = 256  # MiB, --memory of the long run
FLOWS_A_MINUTE = 1_000_000


@dataclass
class Loss:
    sent: int
    seconds: float
    captured: int

    @property
    def share(self) -> float:
        return max(0.0, 1 - self.captured / self.sent)

    @property
    def rate(self) -> float:
        return self.sent / self.seconds


class Bench:
    def __init__(self, network: Network, build: Path) -> None:
        self.network = network
        self.whydrop = build / "whydrop"
        self.send = build / "tests/bench/bench_send"
        self.folder = network.session.path

    def load(self, capture: Path, rate: float, seconds: float) -> tuple[int, float]:
        command = f"taskset -c {SENDER_CORE} {self.send} eth0 {capture} {rate} {seconds}"
        sent, taken = self.network.output("client", command, seconds + 60).split()
        return int(sent), float(taken)

    def tcpdump(self, capture: Path, rate: float) -> Loss:
        log = self.folder / "tcpdump.log"
        command = ["taskset", "-c", CAPTURER_CORE, "tcpdump", "-n", "-i", "eth0", "-B", str(RING * 1024), "-w", "/dev/null"]
        with log.open("wb") as out:
            process = self.network.start("r1", command, out)
        wait(lambda: b"listening" in log.read_bytes(), "tcpdump", 60)
        sent, seconds = self.load(capture, rate, SECONDS)
        time.sleep(0.5)
        process.terminate()
        process.wait(timeout=60)
        (captured,) = re.findall(r"(\d+) packets? captured", log.read_text())
        return Loss(sent, seconds, int(captured))

    def whydrop_live(self, capture: Path, rate: float, seconds: float = SECONDS, *options: str) -> tuple[Loss, int]:
        """And the peak of its memory in MiB."""
        log = self.folder / "whydrop.log"
        command = ["taskset", "-c", CAPTURER_CORE, str(self.whydrop), "live", "--json", "-i", "eth0", "-B", f"{RING}M",
                   *options]
        with log.open("wb") as out:
            process = self.network.start("r1", command, out)
        wait(lambda: b"started" in log.read_bytes(), "whydrop live", 60)
        sent, taken = self.load(capture, rate, seconds)
        time.sleep(0.5)
        peak = peak_memory(process.pid)
        process.terminate()
        process.wait(timeout=120)
        report = json.loads(log.read_text().splitlines()[-1])["report"]
        return Loss(sent, taken, report["capture"]["packets"]), peak


def peak_memory(pid: int) -> int:
    """Of the program, or of its children where it was started through others."""
    peaks = [0]
    pids = [pid]
    while pids:
        one = Path(f"/proc/{pids.pop()}")
        if found := re.search(r"VmHWM:\s+(\d+) kB", (one / "status").read_text()):
            peaks.append(int(found[1]) // 1024)
        pids += map(int, (one / f"task/{one.name}/children").read_text().split())
    return max(peaks)


def begins_to_lose(bench: Bench, capture: Path) -> float:
    """The rate at which tcpdump begins to lose; where it never does, the highest that one core can send."""
    full = bench.tcpdump(capture, 0)
    if full.share < BEGINS_TO_LOSE:
        return full.rate
    low, high = 0.0, full.rate
    for _ in range(5):
        middle = (low + high) / 2
        low, high = (low, middle) if bench.tcpdump(capture, middle).share >= BEGINS_TO_LOSE else (middle, high)
    return high


def compare(bench: Bench, name: str, capture: Path, runs: int) -> bool:
    theirs, ours = [], []
    for _ in range(runs):
        theirs.append(bench.tcpdump(capture, 0))
        ours.append(bench.whydrop_live(capture, 0)[0])
    rate = statistics.median(one.rate for one in theirs + ours)
    lost = {who: statistics.median(one.share for one in some) for who, some in (("tcpdump", theirs), ("whydrop", ours))}
    print(f"{name}: {rate:,.0f} packets/s as fast as one core sends; median loss of {runs} runs: "
          f"tcpdump {lost['tcpdump']:.2%}, whydrop {lost['whydrop']:.2%}")
    safe = SAFE * begins_to_lose(bench, capture)
    calm = [bench.whydrop_live(capture, safe)[0].share for _ in range(runs)]
    print(f"{name}: {safe:,.0f} packets/s, {SAFE:.0%} of where tcpdump begins to lose; whydrop loses at most "
          f"{max(calm):.3%}")
    return lost["whydrop"] <= lost["tcpdump"] + 0.01 and max(calm) == 0


def long_flood(bench: Bench, capture: Path, minutes: float) -> bool:
    rate = FLOWS_A_MINUTE / 60
    loss, peak = bench.whydrop_live(capture, rate, minutes * 60, "--memory", f"{FLOOD_MEMORY}M")
    print(f"flood: {minutes:g} minutes of {FLOWS_A_MINUTE:,} flows a minute, --memory {FLOOD_MEMORY}M: "
          f"peak {peak} MiB, lost {loss.share:.3%}")
    return peak <= FLOOD_MEMORY


def run(build: Path, captures: dict[str, Path], runs: int, minutes: float) -> int:
    with Session() as session:
        network = Network(session, LINE, Seed(), offload=True)
        network.story.mkdir()
        network.build()
        bench = Bench(network, build)
        good = [compare(bench, name, capture, runs) for name, capture in captures.items()]
        if minutes:
            good.append(long_flood(bench, captures["syns"], minutes))
    return 0 if all(good) else 1
