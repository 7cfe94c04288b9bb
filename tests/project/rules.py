"""What must hold in the tree itself, as functions from a file to complaints.

A rule takes a path relative to the repository and the file's text, and yields
what is wrong with it, one sentence each. It never reads a file itself, so that a
test can show it a file that breaks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Rule = Callable[[str, str], Iterator[str]]

# A file includes its own room and rooms on lower floors; rooms on one floor are siblings and never see each other.
FLOORS = {
    "src/core": 0,
    "src/wire": 1,
    "dissectors": 2,
    "src/capture": 2,
    "src/drops": 2,
    "src/flow": 2,
    "src/host": 2,
    "src/verdict": 3,
    "src/cause": 4,
    "src/report": 5,
    "src/app": 6,
    "src/main.cpp": 7,
}

# Who may include a library, by the beginning of the path. Everybody may use the standard library and fmt.
LIBRARIES = {
    "pcap": ("src/capture/", "tests/bench/"),
    "zlib": ("src/capture/gzip", "tests/unit/capture/"),
    "zstd": ("src/capture/zstd", "tests/unit/capture/"),
    "zstd_errors": ("src/capture/zstd",),
    "lzma": ("src/capture/xz", "tests/unit/capture/"),
    "lz4frame": ("src/capture/lz4", "tests/unit/capture/"),
    "yaml-cpp": ("src/cause/", "src/app/corpus", "tests/unit/cause/", "tests/unit/app/"),
    "nlohmann": ("src/report/", "src/app/", "tests/"),
    "CLI": ("src/app/",),
    "ncurses": ("src/app/live/terminal.cpp",),
    "seccomp": ("src/app/sandbox/",),
    "cap-ng": ("src/app/sandbox/",),
    "catch2": ("tests/support/",),
    "bpf": ("src/drops/t",),
    "nettle": ("dissectors/app/quic_initial_keys.cpp",),
}

MAX_LINES = 400
# Longer files, each with the reason why it is not two.
LONG_FILES: dict[str, str] = {}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
PRINT = re.compile(r"\bstd::(cout|cerr|clog|puts|printf|fprintf)\b|\bfmt::print\b|(?<![\w:])(printf|fprintf|puts)\(")


def floors(path: str, text: str) -> Iterator[str]:
    own = _room(path)
    if own is None:
        return
    for bracket, included in INCLUDE.findall(text):
        if bracket == "<":
            continue
        room = _room(included)
        if room is None:
            yield f'includes "{included}", which is in no room; includes start at the root'
        elif room != own and FLOORS[room] >= FLOORS[own]:
            yield f'includes "{included}" from floor {FLOORS[room]}, itself on floor {FLOORS[own]}'


def library_visibility(path: str, text: str) -> Iterator[str]:
    for bracket, included in INCLUDE.findall(text):
        library = included.removesuffix(".h").split("/")[0]
        if bracket == "<" and not path.startswith(LIBRARIES.get(library, "")):
            yield f"includes <{included}>, which only {', '.join(LIBRARIES[library])} may see"


def purpose(path: str, text: str) -> Iterator[str]:
    lines = [line for line in text.splitlines()[:2] if not line.startswith("#!")]
    opening = '"""' if path.endswith(".py") else "// "
    if not lines or not lines[0].startswith(opening):
        yield f"does not start with a comment ({opening.strip()}) that says what the file is for"


def pragma_once(path: str, text: str) -> Iterator[str]:
    if path.endswith(".h") and "\n#pragma once\n" not in text:
        yield "is a header without #pragma once"


def size(path: str, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > MAX_LINES and path not in LONG_FILES:
        yield f"has {lines} lines; over {MAX_LINES} it asks to be two files"


def silence(path: str, text: str) -> Iterator[str]:
    if path.startswith(("src/report/", "src/app/")) or _room(path) in (None, "src/main.cpp"):
        return
    for match in PRINT.finditer(text):
        yield f"prints with {match.group()}; only src/report and src/app speak to people"


RULES: tuple[Rule, ...] = (floors, library_visibility, purpose, pragma_once, size, silence)


def _room(path: str) -> str | None:
    return next((room for room in FLOORS if path == room or path.startswith(room + "/")), None)
