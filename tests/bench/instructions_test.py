#!/usr/bin/env python3
"""Fails when whydrop needs more instructions for a packet than tests/bench/instructions.json says, by over 5%.

usage: instructions_test.py WHYDROP GENERATOR [--record]

Times are noise on shared machines, instructions are not. They are counted by callgrind over two generated captures,
of which one holds 20,000 packets more: what both cost alike, as the program's start, is no packet's. With --record
the figure is written anew; do so when a change is worth its price, and say in its message what the price was.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
FIGURE = pathlib.Path(__file__).with_name("instructions.json")
TOLERANCE = 0.05
SEED = 2
FEW, MANY = 2_000_000, 12_000_000  # bytes; about 20,000 packets apart


def capture(generator, folder, size):
    path = pathlib.Path(folder, f"{size}.pcap")
    subprocess.run([generator, "mixed", path, str(size), str(SEED)], check=True)
    return path, json.loads(path.with_suffix(".truth.json").read_text())["packets"]


def instructions(program, path):
    counted = subprocess.run(
        ["valgrind", "--vgdb=no", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "read", "-q", "--threads", "1", path],
        capture_output=True, text=True, check=True)  # fmt: skip
    return int(re.search(r"Collected : (\d+)", counted.stderr)[1])


def main():
    program, generator, *options = sys.argv[1:]
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        (few, few_packets), (many, many_packets) = (capture(generator, folder, size) for size in (FEW, MANY))
        packets = many_packets - few_packets
        measured = (instructions(program, many) - instructions(program, few)) / packets
    if options == ["--record"]:
        FIGURE.write_text(json.dumps({"instructions_per_packet": round(measured)}) + "\n")
    allowed = json.loads(FIGURE.read_text())["instructions_per_packet"]
    print(f"{measured:.0f} instructions a packet over {packets} packets; {allowed} are on record, 5% more are allowed")
    return 1 if measured > allowed * (1 + TOLERANCE) else 0


if __name__ == "__main__":
    sys.exit(main())
