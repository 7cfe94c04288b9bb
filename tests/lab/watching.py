"""Watches a living story with `whydrop live` at every capture point, and compares what it says with the expectations.

What must be said, pcaps/STORY/POINT.expect.yaml says: each finding's verdict and leading
cause, within GRACE of the moment that the verdict's patience allows, and nothing else that
fails. In the end the report must be that of `whydrop read` of a capture of the same packets.
Then the rules are taken away, the attempt is made again, and every finding must be healed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from errors import LabError
from network import Network
from recording import START_TIMEOUT, Capture, RunningTraffic, load_rules, run_traffic, staged, wait
from scenario import Scenario, Traffic, load
from session import Session
from topology import Seed

GRACE = 5.0  # seconds
HEALING = 20.0  # a connection may have to find out first that larger packets pass again
# Seconds of silence that a verdict waits for from the first packet on; the others hold with the packet that shows them.
PATIENCE = {
    "syn-no-reply": 4.0,
    "synack-no-ack": 4.0,
    "udp-no-reply": 2.0,
    "ping-no-reply": 2.0,
    "arp-no-reply": 1.0,
    "pmtu-blackhole": 4.0,
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
Event = dict[str, Any]


@dataclass(frozen=True)
class Expected:
    """What an expectation says of one finding."""

    verdict: str
    transport: str
    port: int | None
    cause: str  # or a family
    within: int

    def fits(self, finding: dict[str, Any]) -> bool:
        found = (finding["verdict"], finding["transport"], finding["server"]["port"])
        return found == (self.verdict, self.transport, self.port)

    def names_cause(self, finding: dict[str, Any]) -> bool:
        families = list(dict.fromkeys(cause["family"] for cause in finding["causes"]))
        causes = [cause["id"] for cause in finding["causes"]]
        return self.cause in families[: self.within] or self.cause in causes[: self.within]


def expectations(path: Path) -> list[Expected]:
    """Of the keys that count here; the files keep one key a line."""
    expected = []
    for block in re.split(r"^ *- (?=verdict:)", path.read_text(), flags=re.MULTILINE)[1:]:
        keys = dict(re.findall(r"^ *(\w+): *([^#\n]*?) *$", block, re.MULTILINE))
        port = int(keys["server_port"]) if "server_port" in keys else None
        cause = keys.get("cause") or keys.get("cause_family", "")
        expected.append(Expected(keys["verdict"], keys["transport"], port, cause, int(keys.get("cause_within", 1))))
    return expected


class Watcher:
    """`whydrop live` at one capture point."""

    def __init__(self, network: Network, scenario: Scenario, point: str, whydrop: Path) -> None:
        node, interface = scenario.interface(point)
        self.point = point
        self.events: list[Event] = []
        self.strange: list[str] = []
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as log:
            self.process = network.start(node, [str(whydrop), "live", "--json", "-i", interface], log)
        self.thread = threading.Thread(target=self._listen, args=(reading,))
        self.thread.start()

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise LabError(f"whydrop live at {self.point} ended: {self.strange}")
        return bool(self.events)

    def said(self, *changes: str) -> list[Event]:
        return [event for event in self.events if event["event"] in changes]

    def stop(self) -> Event:
        """Ends the watch; its last report."""
        self.process.terminate()
        status = self.process.wait(timeout=START_TIMEOUT)
        self.thread.join()
        last = self.events[-1]
        if status != 0 or self.strange or not last.get("last"):
            raise LabError(f"whydrop live at {self.point} ended with status {status}: {self.strange}")
        return dict(last["report"])

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                try:
                    self.events.append(json.loads(line) | {"heard": time.time()})
                except json.JSONDecodeError:
                    self.strange.append(line.decode(errors="replace").strip())


def watch(name: str, whydrop: Path, pcaps: Path, run: str = "") -> list[str]:
    """What is not as it should be, a line each. `run` is the session that this is one story of."""
    scenario = load(name)
    scenario = replace(scenario, options={point: "--nano" for point in scenario.points})
    with Session(run) as session:
        network = staged(session, scenario, Seed())
        load_rules(network, scenario)
        captures = [Capture(network, scenario, point) for point in scenario.points]
        for capture in captures:
            wait(capture.running, f"tcpdump at {capture.point}")
        watchers = [Watcher(network, scenario, point, whydrop) for point in scenario.points]
        for watcher in watchers:
            wait(watcher.is_ready, f"whydrop live at {watcher.point}")
        run_traffic(network, scenario, [])
        time.sleep(GRACE / 2)
        wrong = [line for watcher in watchers for line in _news(watcher, pcaps / name)]
        if scenario.heal:
            wrong += _healing(network, scenario, watchers)
        reports = {watcher.point: watcher.stop() for watcher in watchers}
        for capture in captures:
            capture.stop()
            _cut(capture.file, reports[capture.point]["capture"]["packets"])
            wrong += _report(reports[capture.point], capture.file, whydrop)
    return wrong


def _news(watcher: Watcher, folder: Path) -> list[str]:
    expected = expectations(folder / f"{watcher.point}.expect.yaml")
    events = watcher.said("appeared", "changed")
    wrong = [_finding(one, events) for one in expected]
    for event in events:
        finding = event["finding"]
        if finding["severity"] == "failure" and not any(one.fits(finding) for one in expected):
            wrong.append(f"says {finding['verdict']} of {finding['server']}, which is not so")
    return [f"{watcher.point}: {line}" for line in wrong if line]


def _finding(expected: Expected, events: list[Event]) -> str:
    about = [event for event in events if expected.fits(event["finding"])]
    if not about:
        return f"does not say {expected.verdict}"
    due = _seconds(about[0]["finding"]["first"]) + PATIENCE.get(expected.verdict, 0) + GRACE
    in_time = [event for event in about if event["heard"] <= due]
    if not in_time:
        return f"says {expected.verdict} {about[0]['heard'] - due:.1f} s too late"
    if not any(expected.names_cause(event["finding"]) for event in in_time):
        causes = [cause["id"] for cause in in_time[-1]["finding"]["causes"][:3]]
        return f"names {', '.join(causes)} for {expected.verdict}, not {expected.cause}"
    return ""


def _healing(network: Network, scenario: Scenario, watchers: list[Watcher]) -> list[str]:
    for node in scenario.rules:
        network.run(node, "nft flush ruleset")
    RunningTraffic(network, Traffic(run=scenario.heal)).finish()
    deadline = time.monotonic() + HEALING
    while (sick := [one for one in watchers if _unhealed(one)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [f"{one.point}: does not say that it is healed: {', '.join(_unhealed(one))}" for one in sick]


def _unhealed(watcher: Watcher) -> list[str]:
    healed = {event["finding"]["id"] for event in watcher.said("healed")}
    found = {event["finding"]["id"]: event["finding"] for event in watcher.said("appeared") if _matters(event)}
    return [f"{key} {one['verdict']}" for key, one in found.items() if key not in healed]


def _matters(event: Event) -> bool:
    """On a busy machine the attempt that heals a failure may itself work badly."""
    return bool(event["finding"]["severity"] == "failure")


def _cut(capture: Path, packets: int) -> None:
    """Leaves so many packets: one may have come between the end of the watch and that of the capture."""
    whole = capture.rename(capture.with_suffix(".whole"))
    command = ["tcpdump", "--nano", "-r", str(whole), "-c", str(packets), "-w", str(capture)]
    subprocess.run(command, capture_output=True, check=True)


def _report(live: dict[str, Any], capture: Path, whydrop: Path) -> list[str]:
    done = subprocess.run([whydrop, "--json", capture], capture_output=True, text=True, check=False)
    differences = _apart(_essence(live), _essence(json.loads(done.stdout)))
    return [f"{capture.stem}: the last report differs from that of `whydrop read`: {line}" for line in differences]


def _essence(report: dict[str, Any]) -> dict[str, Any]:
    """What does not hang on microseconds: the kernel stamps a packet that leaves for each of its readers."""
    findings = []
    for finding in report["findings"]:
        kept = {key: finding[key] for key in ("verdict", "secondary", "transport", "client", "server", "count", "last")}
        keys = ("packet", "time", "until")
        kept["evidence"] = [{key: one.get(key) for key in keys} for one in finding["evidence"]]
        findings.append(kept)
    return {
        "capture": {key: report["capture"][key] for key in ("packets", "bytes", "link_types", "dropped")},
        "quality": [note["id"] for note in report["capture"]["quality"]],
        "flows": report["flows"],
        "findings": findings,
    }


def _apart(live: Any, read: Any, place: str = "") -> list[str]:
    """Where two JSON values differ, and in what."""
    if isinstance(live, dict) and isinstance(read, dict) and live.keys() == read.keys():
        return [line for key in read for line in _apart(live[key], read[key], f"{place}.{key}")]
    if isinstance(live, list) and isinstance(read, list) and len(live) == len(read):
        pairs = enumerate(zip(live, read, strict=True))
        return [line for at, (one, other) in pairs for line in _apart(one, other, f"{place}[{at}]")]
    return [] if _same(live, read) else [f"{place}: {live}, not {read}"]


def _same(live: Any, read: Any) -> bool:
    if all(isinstance(one, str) and TIME.fullmatch(one) for one in (live, read)):
        return abs(_seconds(live) - _seconds(read)) < 0.001
    return bool(live == read)


def _seconds(time_text: str) -> float:
    return datetime.fromisoformat(time_text[:26] + "+00:00").timestamp()
