"""Runs the programs that the corpus is compared with: nothing to read, output as text, whatever they end with."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path


def ran(
    command: Sequence[str | Path], timeout: float | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Raises subprocess.TimeoutExpired after `timeout` seconds. `environment` is added to this process's own."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=timeout,
        check=False,
        env={**os.environ, **(environment or {})},
    )
