"""How well the true causes are ranked over a corpus, and how much of that hangs on single stories.

The figures are those of `whydrop corpus --json`, computed here from its single checks,
so that stories can be left out: each capture weighs one, shared by its findings.
Families that were believed in carry probabilities, whatever is left is "none of these".
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BINS = 5
ENOUGH = 20.0  # captures: smaller bins say nothing
FLOOR = 1e-3  # of a probability in a logarithm: what was not thought of at all
TEMPERATURES = [2 ** (step / 16) for step in range(-32, 33)]  # 1/4 to 4


@dataclass(frozen=True)
class Truth:
    """What was thought of the true cause of one finding."""

    decided: bool
    rank: int | None
    family_rank: int | None
    families: tuple[float, ...]  # probabilities, the likeliest first

    def tempered(self, temperature: float) -> Truth:
        """With flatter (above 1) or steeper probabilities in the same order."""
        shares = [*self.families, max(0.0, 1 - sum(self.families))]
        powers = [share ** (1 / temperature) for share in shares]
        families = tuple(power / sum(powers) for power in powers[:-1]) if self.families else ()
        return Truth(self.decided, self.rank, self.family_rank, families)

    @property
    def surprise(self) -> float:
        """Minus the logarithm of what the true family was given."""
        share = self.families[self.family_rank - 1] if self.family_rank else 0.0
        return -math.log(max(share, FLOOR))


@dataclass(frozen=True)
class Capture:
    name: str  # STORY/POINT
    truths: tuple[Truth, ...]

    @property
    def story(self) -> str:
        return self.name.split("/")[0]

    def tempered(self, temperature: float) -> Capture:
        return Capture(self.name, tuple(truth.tempered(temperature) for truth in self.truths))


def corpus_json(whydrop: Path, folder: Path) -> str:
    command = [whydrop, "corpus", "--json", "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def captures_of(corpus_json: str) -> list[Capture]:
    """Those whose expectation names a true cause."""
    captures = []
    for check in json.loads(corpus_json)["checks"]:
        truths = tuple(
            Truth(one["decided"], one["rank"], one["family_rank"], tuple(one["families"].values()))
            for one in check["truths"]
        )
        if truths:
            path = Path(check["capture"])
            captures.append(Capture(f"{path.parent.name}/{path.stem}", truths))
    return captures


def figures(captures: Iterable[Capture]) -> dict[str, float]:
    """Shares by name; those of bins that hold too few captures are left out."""
    counted = list(captures)
    shares = {
        "family first": _share(counted, lambda truth: truth.family_rank == 1),
        "family within 3": _share(counted, lambda truth: (truth.family_rank or BEHIND) <= 3),
        "decided cause first": _share(
            [Capture(one.name, tuple(truth for truth in one.truths if truth.decided)) for one in counted],
            lambda truth: truth.rank == 1,
        ),
    }
    for at, (weight, promised, right) in enumerate(reliability(counted)):
        if weight >= ENOUGH:
            shares[f"bin {at + 1} of {BINS}, promised"] = promised
            shares[f"bin {at + 1} of {BINS}, right"] = right
    return shares


BEHIND = 1000  # a rank behind all others


def reliability(captures: Iterable[Capture]) -> list[tuple[float, float, float]]:
    """Of each fifth of the leading family's probability: captures, mean probability, how often that family is true."""
    sums = [[0.0, 0.0, 0.0] for _ in range(BINS)]
    for capture in captures:
        for truth in capture.truths:
            if not truth.families:
                continue
            weight, leading = 1 / len(capture.truths), truth.families[0]
            row = sums[min(int(leading * BINS), BINS - 1)]
            row[0] += weight
            row[1] += weight * leading
            row[2] += weight * (truth.family_rank == 1)
    return [(weight, promised / weight, right / weight) if weight else (0.0, 0.0, 0.0) for weight, promised, right in sums]


def changes(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """By how many points each figure that both have is another one."""
    return {name: 100 * abs(after[name] - value) for name, value in before.items() if name in after}


def without(captures: list[Capture], story: str) -> list[Capture]:
    return [capture for capture in captures if capture.story != story]


def fitted_temperature(captures: list[Capture]) -> float:
    """The one that makes the truth least surprising."""
    return _least_surprising(_surprises(captures))


def mean_surprise(captures: list[Capture]) -> float:
    return sum(sum(truth.surprise for truth in one.truths) / len(one.truths) for one in captures) / len(captures)


def judged_by_the_rest(captures: list[Capture]) -> tuple[list[Capture], dict[str, float]]:
    """Each story tempered by what all others fit, and these temperatures."""
    every = _surprises(captures)
    temperatures = {}
    for story in {capture.story for capture in captures}:
        own = _surprises([capture for capture in captures if capture.story == story])
        temperatures[story] = _least_surprising([total - part for total, part in zip(every, own, strict=True)])
    return [capture.tempered(temperatures[capture.story]) for capture in captures], temperatures


def _surprises(captures: list[Capture]) -> list[float]:
    """Their sum at each temperature."""
    return [
        sum(mean_surprise([capture.tempered(temperature)]) for capture in captures) for temperature in TEMPERATURES
    ]


def _least_surprising(surprises: list[float]) -> float:
    return min(zip(surprises, TEMPERATURES, strict=True))[1]


def _share(captures: list[Capture], holds) -> float:  # type: ignore[no-untyped-def]
    """Of captures, each of which weighs one; those without findings do not count."""
    counted = [capture for capture in captures if capture.truths]
    if not counted:
        return 0.0
    return sum(sum(map(holds, one.truths)) / len(one.truths) for one in counted) / len(counted)
