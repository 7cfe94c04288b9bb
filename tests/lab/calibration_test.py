#!/usr/bin/env python3
"""The true causes of the recorded stories are ranked as well as promised, and that hangs on no single story."""

from __future__ import annotations

import json
import unittest

from calibration import (
    ENOUGH,
    Capture,
    Truth,
    captures_of,
    changes,
    corpus_json,
    figures,
    fitted_temperature,
    judged_by_the_rest,
    reliability,
    without,
)
from lab import PCAPS, WHYDROP

FAMILY_FIRST = 0.90
FAMILY_WITHIN_3 = 0.97
DECIDED_FIRST = 0.85
RELIABLE = 0.15  # between what a bin promised and how often it was right
ONE_STORY = 5.0  # points


class Stories(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.printed = corpus_json(WHYDROP, PCAPS)
        cls.captures = captures_of(cls.printed)
        cls.figures = figures(cls.captures)

    def test_the_true_family_comes_first_or_nearly_so(self) -> None:
        self.assertGreater(len(self.captures), 150)
        self.assertGreaterEqual(self.figures["family first"], FAMILY_FIRST)
        self.assertGreaterEqual(self.figures["family within 3"], FAMILY_WITHIN_3)

    def test_the_program_counts_the_same(self) -> None:
        printed = json.loads(self.printed)["calibration"]
        self.assertEqual(len(self.captures), printed["captures"])
        for name, key in (
            ("family first", "family_first"),
            ("family within 3", "family_within_3"),
            ("decided cause first", "decided_first"),
        ):
            self.assertAlmostEqual(self.figures[name], printed[key], 3, name)
        for row, bin_printed in zip(reliability(self.captures), printed["reliability"], strict=True):
            self.assertAlmostEqual(row[0], bin_printed["captures"], 3)
            self.assertAlmostEqual(row[2], bin_printed["right"] or 0.0, 3)

    def test_where_packets_decide_the_true_cause_comes_first(self) -> None:
        self.assertGreaterEqual(self.figures["decided cause first"], DECIDED_FIRST)

    def test_what_is_promised_is_kept(self) -> None:
        bins = [row for row in reliability(self.captures) if row[0] >= ENOUGH]
        self.assertGreaterEqual(len(bins), 2)
        for weight, promised, right in bins:
            self.assertLessEqual(abs(promised - right), RELIABLE, f"{weight:.1f} captures, promised {promised:.3f}")

    def test_no_figure_hangs_on_one_story(self) -> None:
        for story in {capture.story for capture in self.captures}:
            changed = changes(self.figures, figures(without(self.captures, story)))
            self.assertLessEqual(max(changed.values()), ONE_STORY, f"without {story}: {changed}")

    def test_a_calibration_by_the_other_stories_says_the_same(self) -> None:
        temperature = fitted_temperature(self.captures)
        took_part = [capture.tempered(temperature) for capture in self.captures]
        left_out, _ = judged_by_the_rest(self.captures)
        changed = changes(figures(took_part), figures(left_out))
        self.assertLessEqual(max(changed.values()), ONE_STORY, changed)


def capture(name: str, leading: float, family_rank: int | None) -> Capture:
    return Capture(name, (Truth(False, family_rank, family_rank, (leading, 1 - leading)),))


class Measuring(unittest.TestCase):
    def test_a_capture_weighs_one_whatever_it_holds(self) -> None:
        many = Capture("a/client", tuple(Truth(False, 9, 9, (0.9,)) for _ in range(7)))
        self.assertEqual(0.5, figures([many, capture("b/client", 0.9, 1)])["family first"])

    def test_only_what_packets_decide_asks_for_the_single_cause(self) -> None:
        decided = Capture("a/client", (Truth(True, 2, 1, (0.9,)), Truth(False, 1, 1, (0.9,))))
        self.assertEqual(0.0, figures([decided])["decided cause first"])

    def test_a_bin_with_few_captures_is_no_figure(self) -> None:
        few = [capture(f"{at}/client", 0.9, 1) for at in range(19)]
        self.assertNotIn("bin 5 of 5, right", figures(few))
        self.assertEqual(1.0, figures([*few, capture("19/client", 0.9, 1)])["bin 5 of 5, right"])

    def test_a_story_that_carries_a_figure_is_noticed(self) -> None:
        captures = [*(capture(f"{at}/client", 0.9, 1) for at in range(5)), capture("odd/client", 0.9, 2)]
        self.assertGreater(changes(figures(captures), figures(without(captures, "odd")))["family first"], 5)

    def test_the_temperature_follows_how_often_the_leader_is_right(self) -> None:
        too_sure = [capture(f"{at}/client", 0.95, 1 + at % 2) for at in range(20)]
        too_shy = [capture(f"{at}/client", 0.6, 1) for at in range(20)]
        self.assertGreater(fitted_temperature(too_sure), 1.5)
        self.assertLess(fitted_temperature(too_shy), 0.7)

    def test_captures_without_a_true_cause_are_left_out(self) -> None:
        text = '{"checks": [{"capture": "./a/b.pcap", "truths": [{"decided": true, "rank": 2, "family_rank": 1,'
        text += ' "families": {"x": 0.7, "y": 0.2}}]}, {"capture": "./h/b.pcap", "truths": []}]}'
        self.assertEqual([Capture("a/b", (Truth(True, 2, 1, (0.7, 0.2)),))], captures_of(text))


if __name__ == "__main__":
    unittest.main()
