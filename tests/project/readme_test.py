"""Runs README's commands and compares what they print with what README shows.

    readme_test.py WHYDROP

A command is a line `$ ...` in a block that opens with ```console; what follows it
up to the next command or the block's end is its output, to the byte. Commands
that start with `whydrop` or `./dev run` are run, in the repository's root, unless
they need a network interface or write files; the others are named and left alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUNNABLE = re.compile(r"^(whydrop|\./dev run) (?!live\b)")
WRITES = re.compile(r"\s(-w|--write|--junit|--bless)\b|>(?!&)")


@dataclass(frozen=True)
class Example:
    command: str
    output: str

    def is_safe(self) -> bool:
        return bool(RUNNABLE.match(self.command)) and not WRITES.search(self.command)


def examples(readme: str) -> list[Example]:
    found = []
    for block in BLOCK.findall(readme):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Example(command, output))
    return found


def printed_by(command: str, whydrop: Path) -> str:
    """What a person sees: both streams, exit status aside."""
    as_installed = re.sub(r"^\./dev run\b", "whydrop", command)
    path = f"{whydrop.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", as_installed],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


class Examples(unittest.TestCase):
    """How README is read."""

    def test_a_command_owns_the_lines_up_to_the_next(self) -> None:
        readme = "text\n```console\n$ whydrop a\none\n\ntwo\n$ ls\n```\n```sh\n$ whydrop no\n```\n"
        self.assertEqual(examples(readme), [Example("whydrop a", "one\n\ntwo\n"), Example("ls", "")])

    def test_commands_that_need_a_network_or_write_are_left_alone(self) -> None:
        for command in ("whydrop a.pcap", "./dev run a.pcap -v", "whydrop flows a.pcap | head -1"):
            self.assertTrue(Example(command, "").is_safe(), command)
        for command in ("whydrop live", "sudo whydrop a", "./dev test", "whydrop a > b", "whydrop corpus x --bless"):
            self.assertFalse(Example(command, "").is_safe(), command)

    def test_output_that_differs_is_noticed(self) -> None:
        self.assertEqual(printed_by("echo one; echo two >&2", Path("/bin/true")), "one\ntwo\n")


class Readme(unittest.TestCase):
    whydrop: Path

    def test_every_example_prints_what_it_shows(self) -> None:
        self.maxDiff = None
        found = examples((ROOT / "README.md").read_text(encoding="utf-8"))
        safe = [example for example in found if example.is_safe()]
        self.assertTrue(safe, "README.md shows no command that could be run")
        for example in found:
            print("running" if example in safe else "leaving alone", example.command)
        for example in safe:
            with self.subTest(example.command):
                self.assertEqual(printed_by(example.command, self.whydrop), example.output)


if __name__ == "__main__":
    Readme.whydrop = Path(sys.argv.pop()).resolve()
    unittest.main()
