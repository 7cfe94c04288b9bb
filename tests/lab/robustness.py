#!/usr/bin/env python3
"""Shows that the ranking is fitted neither to single stories nor to single recordings.

    robustness.py leave-out             each story left out in turn
    robustness.py reseed N [--into DIR] everything recorded again with other addresses,
                                        MACs, ports and hop counts (root, four minutes)

No weight of the catalog is fitted to the corpus: they are engineering estimates, in its
YAML. What leaving a story out can change is therefore, first, the figures themselves;
second, what a calibration would do: one temperature for all probabilities, fitted on
the rest of the stories and applied to the one that was left out. If the figures of
stories judged so differ from those of stories that took part in the fit, single
stories decide. Limits: 5 points when a story is left out, 2 when recorded again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from calibration import (
    Capture,
    captures_of,
    changes,
    corpus_json,
    figures,
    fitted_temperature,
    judged_by_the_rest,
    mean_surprise,
    reliability,
    without,
)
from lab import PCAPS, WHYDROP

LEAVE_OUT_LIMIT = 5.0
RESEED_LIMIT = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description="Whether the ranking hangs on single stories or recordings.")
    ways = parser.add_subparsers(dest="way", required=True)
    ways.add_parser("leave-out", help="each story left out in turn")
    reseed = ways.add_parser("reseed", help="everything recorded again with other addresses and hop counts")
    reseed.add_argument("number", type=int, metavar="N", help="the seed")
    reseed.add_argument("--into", type=Path, metavar="DIR", help="keep the recordings here; those there are used")
    arguments = parser.parse_args()
    captures = captures_of(corpus_json(WHYDROP, PCAPS))
    print(f"{len(captures)} captures of {len({one.story for one in captures})} stories name their true cause")
    print_table(captures)
    if arguments.way == "leave-out":
        worst = leave_out(captures)
        return worst > LEAVE_OUT_LIMIT
    if arguments.into:
        return record_again(captures, arguments.number, arguments.into) > RESEED_LIMIT
    with tempfile.TemporaryDirectory(prefix="whydrop-reseeded-") as folder:
        return record_again(captures, arguments.number, Path(folder)) > RESEED_LIMIT


def print_table(captures: list[Capture]) -> None:
    for name, share in figures(captures).items():
        print(f"  {name:28} {100 * share:5.1f}%")
    for at, (weight, promised, right) in enumerate(reliability(captures)):
        print(f"  bin {at + 1}: {weight:6.1f} captures, promised {100 * promised:5.1f}%, right {100 * right:5.1f}%")


def leave_out(captures: list[Capture]) -> float:
    """Prints and returns the largest change of a figure, in points."""
    every = figures(captures)
    largest = {
        story: max(changes(every, figures(without(captures, story))).values())
        for story in {one.story for one in captures}
    }
    story = max(largest, key=lambda one: largest[one])
    print(f"leaving one story out changes a figure by at most {largest[story]:.2f} points ({story})")

    temperature = fitted_temperature(captures)
    took_part = [one.tempered(temperature) for one in captures]
    left_out, temperatures = judged_by_the_rest(captures)
    apart = max(changes(figures(took_part), figures(left_out)).values())
    spread = sorted(temperatures.values())
    print(f"temperature: {temperature:.2f} fitted to all, {spread[0]:.2f} to {spread[-1]:.2f} without one story")
    print(f"mean surprise: {mean_surprise(captures):.3f} as it is, {mean_surprise(took_part):.3f} fitted to all,")
    print(f"  {mean_surprise(left_out):.3f} fitted to the others; figures differ by at most {apart:.2f} points")
    return max(largest[story], apart)


def record_again(captures: list[Capture], number: int, into: Path) -> float:
    """Prints and returns the largest change of a figure, in points."""
    lab = [sys.executable, str(Path(__file__).resolve().parent / "lab.py")]
    if not any(into.glob("*/*.pcap")):
        subprocess.run([*lab, "check", "all", "--reseed", str(number), "--into", str(into)], check=False)
    again = captures_of(corpus_json(WHYDROP, into))
    missing = sorted({one.name for one in captures} - {one.name for one in again})
    print(f"recorded again with seed {number}: {len(again)} captures; without {', '.join(missing) or 'none'}")
    print_table(again)
    kept = [one for one in captures if one.name not in missing]
    moved = changes(figures(kept), figures(again))
    worst = max(moved, key=lambda name: moved[name])
    print(f"no figure of these captures changes by more than {moved[worst]:.2f} points ({worst})")
    return moved[worst]


if __name__ == "__main__":
    sys.exit(main())
