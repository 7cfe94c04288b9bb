#!/usr/bin/env python3
"""Measures how many lines of the dissectors the saved fuzz corpora reach.

    coverage.py BUILD_DIR

BUILD_DIR is a build of preset "coverage", in which the targets replay their
corpora. Prints the files from the least covered on, and the whole. Exit status 1
when fewer than REQUIRED of the lines are reached.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"
MEASURED = ROOT / "dissectors"
REQUIRED = 85.0  # per cent
SHOWN = 15


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure what the saved fuzz corpora reach.")
    parser.add_argument("build", type=Path, help="a build of preset coverage")
    build: Path = parser.parse_args().build
    programs = [build / "tests/fuzz" / f"fuzz_{target.name}" for target in sorted(CORPUS.iterdir())]
    with tempfile.TemporaryDirectory() as folder:
        summary = covered(programs, Path(folder))
    files = sorted((file["summary"]["lines"]["percent"], file["filename"]) for file in summary["files"])
    for percent, name in files[:SHOWN]:
        print(f"{percent:6.1f} %  {Path(name).relative_to(ROOT)}")
    lines = summary["totals"]["lines"]
    reached = f"{lines['covered']} of {lines['count']} lines of dissectors/, {lines['percent']:.1f} %"
    print(f"the saved corpora reach {reached}, at least {REQUIRED} % wanted")
    return 0 if lines["percent"] >= REQUIRED else 1


def covered(programs: list[Path], folder: Path) -> dict:
    for program in programs:
        subprocess.run(
            [program, CORPUS / program.name.removeprefix("fuzz_")],
            env={**os.environ, "LLVM_PROFILE_FILE": str(folder / f"{program.name}.profraw")},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    merged = folder / "merged.profdata"
    subprocess.run(["llvm-profdata-19", "merge", "-o", merged, *folder.glob("*.profraw")], check=True)
    objects = [word for program in programs[1:] for word in ("-object", program)]
    exported = subprocess.run(
        ["llvm-cov-19", "export", "-summary-only", f"-instr-profile={merged}", programs[0], *objects, MEASURED],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(exported.stdout)["data"][0]


if __name__ == "__main__":
    sys.exit(main())
