#!/usr/bin/env python3
"""Scores whydrop's verdicts against the labels that came with a corpus.

    score.py --program WHYDROP DIR

DIR/labels.tsv names what happened to each flow; agreement.py says which verdicts
agree with it. At least REQUIRED of them must. Captures whose labels are all
healthy must not bring a finding of failure or degraded service. What differs is
printed by kind, with an example to look at. Exit status 1 when either fails.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import agreement
from agreement import Case, Label
from programs import ran

REQUIRED = 0.98
JOBS = 2
TIMEOUT = 60  # seconds; a sanitizer build takes milliseconds for these sizes
TRANSPORTS = {"icmp": ("icmp", "icmp6"), "ndp": ("nd",), "arp": ("arp",), "tcp": ("tcp",), "udp": ("udp",)}


@dataclass
class Score:
    counted: int = 0
    agreeing: int = 0
    kinds: Counter[str] = field(default_factory=Counter)  # of differences
    examples: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    healthy: int = 0  # captures
    alarms: list[str] = field(default_factory=list)
    true_alarms: list[str] = field(default_factory=list)


@dataclass
class Said:
    """What whydrop says of one file."""

    packets: int = 0
    last: str = ""
    notes: frozenset[str] = frozenset()
    flows: list[dict[str, Any]] = field(default_factory=list)
    alarms: list[dict[str, Any]] = field(default_factory=list)  # findings of failure or degraded service


def main() -> int:
    parser = argparse.ArgumentParser(description="Score whydrop's verdicts against a corpus's labels.")
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("dir", type=Path)
    arguments = parser.parse_args()
    return report(arguments.dir, arguments.program.resolve())


def report(folder: Path, program: Path) -> int:
    if not (folder / "labels.tsv").is_file():
        print(f"labels: SKIPPED, there is no {folder / 'labels.tsv'}")
        return 0
    score = scored(labels_of(folder), folder, program)
    for reason, count in score.left_out.most_common():
        print(f"{count:6} not scored: {reason}")
    for kind, count in score.kinds.most_common():
        print(f"{count:6} differ: {kind}\n           first: {score.examples[kind]}")
    for title, alarms in (("false", score.alarms), ("true by the label's own counts", score.true_alarms)):
        for alarm in alarms:
            print(f"alarm, {title}: {alarm}")
    print(
        f"healthy captures: {score.healthy}, {len(score.alarms)} false alarms, none wanted; "
        f"{len(score.true_alarms)} true by the labels' own counts"
    )
    if score.counted == 0:
        print("labels: no flow was scored")
        return 1
    # Floored, so that what is printed as enough is enough.
    share = int(10000 * score.agreeing / score.counted) / 100
    print(f"labels: {score.agreeing} of {score.counted} flows agree, {share:.2f} %, at least {100 * REQUIRED} % wanted")
    return 0 if score.agreeing >= REQUIRED * score.counted and not score.alarms else 1


def labels_of(folder: Path) -> dict[str, list[Label]]:
    labels: dict[str, list[Label]] = defaultdict(list)
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            detail = dict(part.split("=", 1) for part in row["detail"].split(";") if "=" in part)
            file = f"{row['corpus']}/{row['file']}"
            label = Label(
                file, row["proto"], row["client"], row["cport"], row["server"], row["sport"], row["label"], detail
            )
            labels[file].append(label)
    return labels


def scored(labels: dict[str, list[Label]], folder: Path, program: Path) -> Score:
    score = Score()
    with ThreadPoolExecutor(JOBS) as pool:

        def ask(file: str) -> tuple[str, Said]:
            return file, said_by_whydrop(program, folder / file, agreement.is_healthy(labels[file]))

        for file, said in pool.map(ask, sorted(labels)):
            score_file(score, labels[file], said)
            if agreement.is_healthy(labels[file]):
                score.healthy += 1
                judge_alarms(score, file, labels[file], said)
    return score


def score_file(score: Score, labels: list[Label], said: Said) -> None:
    seen: Counter[str] = Counter()
    for label in labels:
        reason = agreement.why_not_scored(label, said.packets)
        if reason is not None:
            score.left_out[reason] += 1
            continue
        seen[label.word] += 1
        if seen[label.word] > agreement.MOST_COUNTED:
            score.left_out[f"more than {agreement.MOST_COUNTED} of one label in a file"] += 1
            continue
        case = case_of(label, labels, said)
        score.counted += 1
        if agreement.agrees(case):
            score.agreeing += 1
            continue
        kind = f"{label.proto} {label.word} | whydrop {case.verdict}"
        score.kinds[kind] += 1
        score.examples.setdefault(kind, f"{label.file} {shown(label)}")


def shown(label: Label) -> str:
    ports = (label.client_port, label.server_port) if label.proto in ("tcp", "udp") else ("", "")
    client, server = (" ".join(filter(None, pair)) for pair in zip((label.client, label.server), ports))
    return f"packet {label.first_frame}, {client} > {server}"


def shown_ends(finding: dict[str, Any]) -> str:
    ends = (finding["client"], finding["server"])
    return " > ".join(f"{end['address']} {end.get('port', '')}".rstrip() for end in ends)


def case_of(label: Label, labels: list[Label], said: Said) -> Case:
    flow = flow_of(label, said.flows)
    rows = tuple(labels)
    if flow is None:
        return Case(label, agreement.NO_FLOW, notes=said.notes, rows=rows)
    return Case(label, flow["verdict"], seconds_between(flow["first"], said.last), said.notes, rows)


def flow_of(label: Label, flows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The flow that holds the label's first packet: of several on one tuple, the last that began before it."""
    alike = [flow for flow in flows if is_of(label, flow)]
    begun = [flow for flow in alike if flow["facts"]["first_packet"][1] <= label.first_frame]
    return (begun or alike or [None])[-1 if begun else 0]


def is_of(label: Label, flow: dict[str, Any]) -> bool:
    if flow["transport"] not in TRANSPORTS.get(label.proto, (flow["transport"],)):
        return False
    if label.proto in ("tcp", "udp"):
        ends = {(flow["client"], str(flow["client_port"])), (flow["server"], str(flow["server_port"]))}
        return ends == {(label.client, label.client_port), (label.server, label.server_port)}
    return {flow["client"], flow["server"]} == {label.client, label.server}


def judge_alarms(score: Score, file: str, labels: list[Label], said: Said) -> None:
    for finding in said.alarms:
        ends = {finding["client"]["address"], finding["server"]["address"]}
        about = [label for label in labels if {label.client, label.server} == ends]
        proven = any(agreement.proves(label, finding["verdict"]) for label in about)
        (score.true_alarms if proven else score.alarms).append(
            f"{file}: {finding['verdict']} {finding['count']}x {shown_ends(finding)}"
        )


def said_by_whydrop(program: Path, capture: Path, with_findings: bool) -> Said:
    head, *flows = [json.loads(line) for line in printed(program, "flows", capture).splitlines()] or [{}]
    said = Said(flows=flows)
    if "capture" in head:
        said.packets = head["capture"]["packets"]
        said.last = head["capture"].get("last") or ""
        said.notes = frozenset(note["id"] for note in head["capture"]["quality"])
    if with_findings and (text := printed(program, "read", "--json", capture)):
        findings = json.loads(text)["findings"]
        said.alarms = [one for one in findings if one["severity"] in ("failure", "degraded")]
    return said


def printed(program: Path, *command: str | Path) -> str:
    return ran([program, *command], TIMEOUT).stdout


def seconds_between(first: str, last: str) -> float:
    """Of two times as whydrop prints them, to the nanosecond."""
    return seconds(last) - seconds(first) if first and last else 0.0


def seconds(time: str) -> float:
    whole, _, fraction = time.removesuffix("Z").partition(".")
    day = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.UTC)
    return day.timestamp() + float(f"0.{fraction or 0}")


if __name__ == "__main__":
    sys.exit(main())
