"""A network of namespaces and a `whydrop live` in it, for tests of what a watch does."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import unittest
from typing import Any

from network import Network
from recording import wait
from scenario import REPOSITORY
from session import Session
from topology import LINE, Seed

try:
    import jsonschema
except ImportError:
    jsonschema = None

WHYDROP = os.environ["WHYDROP"]
PATIENT = 60.0  # seconds; nothing takes five, but machines are busy


class WatchCase(unittest.TestCase):
    def setUp(self) -> None:
        session = Session()
        self.session = session.__enter__()
        self.addCleanup(session.__exit__, None, None, None)
        self.network = Network(session, LINE, Seed(), offload=True)
        self.network.story.mkdir()
        self.network.build()

    def start(
        self, *options: str, interface: str = "eth0", node: str = "client", before: str = "", after: str = ""
    ) -> subprocess.Popen[bytes]:
        """`before` and `after` are shell commands in the same namespaces; then the status is that of the last one."""
        command = [WHYDROP, "live", "--json", *(["-i", interface] if interface else []), *options]
        if before or after:
            command = ["sh", "-c", f"{before}\n{shlex.join(command)}\n{after}"]
        self.log = self.session.path / "live.log"
        with self.log.open("wb") as log:
            process = self.network.start(node, command, log)
        wait(lambda: b"started" in self.log.read_bytes(), "whydrop live", PATIENT)
        return process

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def wait_for(self, word: str) -> None:
        """Until the watch has said so."""
        wait(lambda: word in self.log.read_text(), word, PATIENT)

    def ends(self, process: subprocess.Popen[bytes], status: int = 0) -> list[str]:
        """The events that were told."""
        self.assertEqual(status, process.wait(timeout=PATIENT), self.log.read_text())
        events = self.events()
        for event in events:
            _check(event)
        self.assertTrue(events[-1]["last"])
        return [str(event["event"]) for event in events]


def _check(event: dict[str, Any]) -> None:
    """Against its schema, where something can read schemas."""
    if jsonschema is None:
        return
    folder = REPOSITORY / "src/report"
    report = json.loads((folder / "whydrop-1.schema.json").read_text())
    # As one schema: their ids are no addresses that anything could resolve.
    text = (folder / "whydrop-live-1.schema.json").read_text()
    live = json.loads(text.replace('"../whydrop/1#/', '"#/').replace('"../whydrop/1"', '"#/$defs/report"'))
    live["$defs"] |= report.pop("$defs") | {"report": report}
    del live["$id"], report["$id"]
    jsonschema.Draft202012Validator(live).validate(event)
