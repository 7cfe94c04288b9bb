#!/usr/bin/env python3
"""Compares the conn_state of whydrop's flow records with Zeek's own test baselines.

    zeek_states.py --program WHYDROP DIR

DIR/zeek_conn_states.tsv holds rows of Zeek's baselines. A TCP connection counts once,
and only where every baseline says the same of it; of UDP, Zeek's state only counts
packets, of ICMP it is always the same, and tunnels have flows of their own there.
At most MOST_DIFFERENT may differ, and EXPLAINED names each. Exit status 1 when
another does, or more.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import score

TRACES = "zeek/testing/btest/Traces"
MODES = ("default", "base")  # custom: scripts that change what Zeek logs
MOST_DIFFERENT = 3


class Connection(NamedTuple):
    trace: str
    client: str
    client_port: int
    server: str
    server_port: int


# Trace and client port of those that may differ: why.
EXPLAINED: dict[tuple[str, int], str] = {
    ("chksums/localhost-bad-chksum.pcap", 80): "Zeek drops the client's packets, whose checksums are wrong",
    ("tunnels/gre-aruba-amsdu.pcap", 443): "aggregated 802.11 frames in GRE, which whydrop does not open",
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare conn_state with Zeek's baselines.")
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("dir", type=Path)
    arguments = parser.parse_args()
    return report(arguments.dir, arguments.program.resolve())


def report(folder: Path, program: Path) -> int:
    if not (folder / "zeek_conn_states.tsv").is_file():
        print(f"Zeek's states: SKIPPED, there is no {folder / 'zeek_conn_states.tsv'}")
        return 0
    states = states_of(folder)
    traces = sorted({connection.trace for connection in states})
    flows = {trace: score.said_by_whydrop(program, folder / TRACES / trace, False).flows for trace in traces}
    different = unexplained = 0
    for connection, state in sorted(states.items()):
        ours = state_by_whydrop(connection, flows[connection.trace])
        if ours == state:
            continue
        why = EXPLAINED.get((connection.trace, connection.client_port))
        different += 1
        unexplained += why is None
        print(f"{shown(connection)}: Zeek {state}, whydrop {ours}: {why or 'NOT EXPLAINED'}")
    print(f"Zeek's states: {len(states) - different} of {len(states)} connections agree, {MOST_DIFFERENT} may differ")
    return 0 if states and different <= MOST_DIFFERENT and unexplained == 0 else 1


def states_of(folder: Path) -> dict[Connection, str]:
    """Each connection on which all baselines agree."""
    said: dict[Connection, set[str]] = defaultdict(set)
    with (folder / "zeek_conn_states.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["proto"] != "tcp" or row["mode"] not in MODES or not (folder / TRACES / row["trace"]).is_file():
                continue
            client, server = (row["orig_h"], int(row["orig_p"])), (row["resp_h"], int(row["resp_p"]))
            connection = Connection(row["trace"], *client, *server)
            said[connection].add(row["conn_state"])
    return {connection: states.pop() for connection, states in said.items() if len(states) == 1}


def state_by_whydrop(connection: Connection, flows: list[dict[str, Any]]) -> str:
    for flow in flows:
        if is_of(connection, flow):
            return str(flow["conn_state"])
    return score.agreement.NO_FLOW


def is_of(connection: Connection, flow: dict[str, Any]) -> bool:
    ends = {(connection.client, connection.client_port), (connection.server, connection.server_port)}
    ours = {(flow["client"], flow["client_port"]), (flow["server"], flow["server_port"])}
    return flow["transport"] == "tcp" and ours == ends


def shown(connection: Connection) -> str:
    return f"{connection.trace} {connection.client}:{connection.client_port}"


if __name__ == "__main__":
    sys.exit(main())
