"""Checks the tree itself against tests/project/rules.py, and that each rule bites."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from pathlib import Path

import rules

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "dissectors", "tests")
SUFFIXES = {".cpp", ".h", ".def", ".py"}


def source_files() -> Iterator[str]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield str(path.relative_to(ROOT))


class TheTree(unittest.TestCase):
    def test_every_file_keeps_every_rule(self) -> None:
        complaints = []
        for path in source_files():
            text = (ROOT / path).read_text(encoding="utf-8")
            complaints += [f"{path} {wrong}" for rule in rules.RULES for wrong in rule(path, text)]
        self.assertEqual(complaints, [], "\n" + "\n".join(complaints))

    def test_there_are_files_to_check_in_every_room(self) -> None:
        files = list(source_files())
        for room in rules.FLOORS:
            self.assertTrue(any(file.startswith(room) for file in files), room)

    def test_every_exception_is_still_needed(self) -> None:
        for path in rules.LONG_FILES:
            self.assertGreater((ROOT / path).read_text(encoding="utf-8").count("\n"), rules.MAX_LINES, path)


class TheRules(unittest.TestCase):
    """Near misses: what a rule lets pass, and what it does not."""

    def allows(self, rule: rules.Rule, path: str, text: str) -> None:
        self.assertEqual(list(rule(path, text)), [])

    def rejects(self, rule: rules.Rule, path: str, text: str) -> None:
        self.assertEqual(len(list(rule(path, text))), 1)

    def test_a_room_sees_itself_and_the_floors_below(self) -> None:
        self.allows(rules.floors, "src/flow/table.cpp", '#include "src/flow/key.h"\n#include "src/wire/frame.h"\n')
        self.allows(rules.floors, "src/main.cpp", '#include "src/app/commands.h"\n')
        self.allows(rules.floors, "tests/unit/flow/table_test.cpp", '#include "tests/support/catch.h"\n')

    def test_a_room_sees_nothing_above(self) -> None:
        self.rejects(rules.floors, "src/core/time.h", '#include "src/wire/frame.h"\n')
        self.rejects(rules.floors, "src/wire/frame.h", '  #  include "dissectors/registry.def"\n')
        self.rejects(rules.floors, "src/app/read.cpp", '#include "src/main.cpp"\n')

    def test_siblings_never_see_each_other(self) -> None:
        self.rejects(rules.floors, "src/flow/table.h", '#include "src/capture/source.h"\n')
        self.rejects(rules.floors, "dissectors/net/ipv4.cpp", '#include "src/flow/key.h"\n')
        self.rejects(rules.floors, "src/capture/pcap.cpp", '#include "dissectors/registry.h"\n')

    def test_the_program_includes_nothing_from_tests_and_nothing_relative(self) -> None:
        self.rejects(rules.floors, "src/wire/dissect.cpp", '#include "tests/support/packet_builder.h"\n')
        self.rejects(rules.floors, "src/wire/dissect.cpp", '#include "dissector.h"\n')

    def test_each_library_is_seen_in_its_places_only(self) -> None:
        for path, include in (
            ("src/capture/live.cpp", "pcap.h"),
            ("src/capture/live.cpp", "pcap/pcap.h"),
            ("tests/bench/bare_loop.cpp", "pcap.h"),
            ("src/cause/catalog.cpp", "yaml-cpp/yaml.h"),
            ("src/app/corpus_expectation.cpp", "yaml-cpp/yaml.h"),
            ("src/report/json.cpp", "nlohmann/json.hpp"),
            ("tests/golden/compare.cpp", "nlohmann/json.hpp"),
            ("src/core/text.cpp", "fmt/format.h"),
        ):
            self.allows(rules.library_visibility, path, f"#include <{include}>\n")
        for path, include in (
            ("src/flow/table.cpp", "pcap.h"),
            ("tests/unit/dissectors/ipv4_test.cpp", "pcap/pcap.h"),
            ("src/report/json.cpp", "yaml-cpp/yaml.h"),
            ("src/app/read.cpp", "yaml-cpp/yaml.h"),
            ("src/cause/catalog.cpp", "nlohmann/json.hpp"),
            ("src/cause/catalog.cpp", "CLI/CLI.hpp"),
            ("tests/unit/core/time_test.cpp", "catch2/catch.hpp"),
        ):
            self.rejects(rules.library_visibility, path, f"#include <{include}>\n")

    def test_a_file_says_first_what_it_is_for(self) -> None:
        self.allows(rules.purpose, "src/a.h", "// Reads things.\n#pragma once\n")
        self.allows(rules.purpose, "tests/a.py", '#!/usr/bin/env python3\n"""Reads things."""\n')
        self.rejects(rules.purpose, "src/a.h", "#pragma once\n// Reads things.\n")
        self.rejects(rules.purpose, "src/a.h", "//\n// Reads things.\n")
        self.rejects(rules.purpose, "tests/a.py", 'import os\n"""Reads things."""\n')
        self.rejects(rules.purpose, "src/a.cpp", "")

    def test_a_header_is_included_once(self) -> None:
        self.allows(rules.pragma_once, "src/a.h", "// A.\n#pragma once\n\nint a();\n")
        self.allows(rules.pragma_once, "src/a.cpp", "// A.\n")
        self.rejects(rules.pragma_once, "src/a.h", "// A. No #pragma once here.\nint a();\n")

    def test_a_file_ends_before_it_is_two(self) -> None:
        self.allows(rules.size, "src/a.cpp", "\n" * 400)
        self.rejects(rules.size, "src/a.cpp", "\n" * 401)

    def test_only_reports_and_commands_print(self) -> None:
        self.allows(rules.silence, "src/report/text.cpp", "fmt::print(out, text);")
        self.allows(rules.silence, "src/core/text.cpp", 'std::snprintf(a, b, c); sprintf(x); "print(it)";')
        self.rejects(rules.silence, "src/core/text.cpp", 'fmt::print("{}", text);')
        self.rejects(rules.silence, "src/flow/table.cpp", "std::cerr << text;")
        self.rejects(rules.silence, "dissectors/net/ipv4.cpp", 'printf("%s", text);')


if __name__ == "__main__":
    unittest.main()
