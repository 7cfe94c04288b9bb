"""Whether the lab can work on this machine: it needs root, and network namespaces of its own.

Run by itself it says why not, and ends with the status that ctest takes for "skipped".
"""

from __future__ import annotations

import os
import subprocess
import sys

SKIPPED = 77  # as automake and Meson have it; tests/lab/CMakeLists.txt knows it too

# What every node of every story needs. Containers often allow the first half only.
PROBE = "mount -t sysfs lab /sys && echo 1 >/proc/sys/net/ipv4/ip_forward"


def obstacle() -> str:
    """Why no namespaces can be made here; empty where they can."""
    if os.geteuid() != 0:
        return "network namespaces need root; run it with sudo"
    command = ["unshare", "--net", "--mount", "sh", "-c", PROBE]
    probe = subprocess.run(command, capture_output=True, text=True, check=False)
    if probe.returncode == 0:
        return ""
    return f"this machine does not allow network namespaces: {probe.stderr.strip()}"


def skip_where_impossible() -> None:
    """For tests that record: ends the whole program where they cannot."""
    if why := obstacle():
        print(f"skipped: {why}", file=sys.stderr)
        sys.exit(SKIPPED)


if __name__ == "__main__":
    skip_where_impossible()
