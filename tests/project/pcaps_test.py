"""Every verdict and every quality note is told by at least one capture in pcaps/."""

from __future__ import annotations

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "pcaps/generated"

# Never findings of their own.
HEALTHY = {"ok", "inconclusive"}
# Needs two files, which one expectation cannot name; tests/cli reads them.
OF_SEVERAL_FILES = {"files-overlap"}


def ids(table: str, macro: str) -> set[str]:
    text = (ROOT / "src/verdict" / table).read_text(encoding="utf-8")
    return set(re.findall(rf'^{macro}\(\w+, "([a-z0-9-]+)"', text, re.MULTILINE))


def expectations() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "pcaps").rglob("*.expect.yaml")))


def told(text: str, key: str) -> set[str]:
    found = set()
    for value in re.findall(rf"^[ -]*{key}: *(.+)$", text, re.MULTILINE):
        found |= set(re.findall(r"[a-z0-9-]+", value.split("#")[0]))
    return found


class Captures(unittest.TestCase):
    def test_every_verdict_is_in_an_expectation(self) -> None:
        text = expectations()
        verdicts = told(text, "verdict") | told(text, "secondary")
        self.assertEqual(ids("verdicts.def", "VERDICT") - HEALTHY - verdicts, set())

    def test_every_quality_note_is_in_an_expectation(self) -> None:
        notes = ids("quality.def", "QUALITY")
        self.assertEqual(notes - OF_SEVERAL_FILES - told(expectations(), "quality"), set())

    def test_only_what_is_expected_counts_as_told(self) -> None:
        text = "findings:\n  - verdict: refused # not stalled\n    secondary: [reset]\nabsent: [one-way]\n"
        self.assertEqual(told(text, "verdict") | told(text, "secondary"), {"refused", "reset"})

    def test_the_tables_are_read(self) -> None:
        self.assertIn("syn-no-reply", ids("verdicts.def", "VERDICT"))
        self.assertIn("short", ids("quality.def", "QUALITY"))

    def test_generated_captures_are_what_their_generator_writes(self) -> None:
        code = ("import generate, pathlib; here = pathlib.Path(generate.__file__).parent; "
                "print(*(name for name, data in generate.captures().items() if (here / name).read_bytes() != data))")
        done = subprocess.run([sys.executable, "-B", "-c", code], cwd=GENERATED, capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.strip(), "")


if __name__ == "__main__":
    unittest.main()
