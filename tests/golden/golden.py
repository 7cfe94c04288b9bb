"""Compares what whydrop prints with what it printed when somebody last looked at it.

    golden.py WHYDROP [--update]      from the repository's root

Each line of `screens` names a saved text and the arguments that print it. A difference
is shown as a diff; --update saves what is printed now, to be read before it is committed.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "screens"
TIMEOUT = 60.0  # seconds
SCREENS = {
    "healthy": ["pcaps/healthy-mixed/client.pcap"],
    "nothing-arrived": ["pcaps/tcp-drop-forward/server.pcap"],
    "one-sided": ["pcaps/one-sided-download/client.pcap"],
    "silence-at-client": ["pcaps/tcp-drop-input/client.pcap"],
    "silence-at-server": ["pcaps/tcp-drop-input/server.pcap"],
    "rejected-by-hop-v6": ["pcaps/tcp-reject-admin-v6/client.pcap"],
    "black-hole": ["pcaps/pmtu-blackhole-down/server.pcap"],
    "one-line-each": ["-q", "pcaps/tcp-drop-input/client.pcap", "pcaps/udp-dns-reject/client.pcap"],
    "everything": ["-v", "--scores", "pcaps/tcp-closed-port/client.pcap"],
}


def printed(whydrop: str, arguments: list[str]) -> str:
    result = subprocess.run([whydrop, *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=True)
    return result.stdout + result.stderr


def main() -> int:
    whydrop, *options = sys.argv[1:]
    different = 0
    for name, arguments in SCREENS.items():
        saved = FOLDER / f"{name}.txt"
        now = f"$ whydrop {' '.join(arguments)}\n" + printed(whydrop, arguments)
        if options == ["--update"]:
            saved.parent.mkdir(exist_ok=True)
            saved.write_text(now)
            continue
        before = saved.read_text() if saved.exists() else ""
        if now == before:
            continue
        different += 1
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), now.splitlines(True), str(saved), "now"))
    if different:
        print(f"\n{different} of {len(SCREENS)} differ; if they should: tests/golden/golden.py WHYDROP --update")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
