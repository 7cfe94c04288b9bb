"""What `whydrop flows` printed stands for the packets."""

from __future__ import annotations

import gzip
import json
import unittest
from pathlib import Path

from support import PCAP_HEADER, CliTest, refused_attempt, run, silent_attempt

WHOLE = (silent_attempt(), refused_attempt(start=20), silent_attempt(port=25, sport=40001, start=30))


def report(*arguments: str | Path, stdin: bytes = b"") -> dict:
    done = run("read", "--json", *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return without_names(json.loads(done.stdout))


def without_names(content: dict) -> dict:
    del content["capture"]["files"]
    for finding in content["findings"]:
        for evidence in finding["evidence"]:
            evidence.pop("file", None)
    return content


class FlowRecords(CliTest):
    def setUp(self) -> None:
        super().setUp()
        self.path = self.capture("whole.pcap", *WHOLE)
        self.whole = report(self.path)

    def lines(self, name: str, content: bytes) -> Path:
        path = self.path.with_name(name)
        path.write_bytes(content)
        return path

    def parts(self, packets: int) -> list[bytes]:
        """Flow records of what stands before and behind a packet."""
        records = b"".join(WHOLE)
        size = len(silent_attempt()) // 5
        cut = packets * size
        first = self.lines("first.pcap", PCAP_HEADER + records[:cut])
        second = self.lines("second.pcap", PCAP_HEADER + records[cut:])
        return [run("flows", first).stdout, run("flows", "--first-packet", packets + 1, second).stdout]

    def test_flow_records_are_judged_as_the_packets_are(self):
        lines = run("flows", self.path).stdout
        self.assertEqual(report(self.lines("a.ndjson", lines)), self.whole)
        self.assertEqual(report("-", stdin=lines), self.whole)
        self.assertEqual(report(self.lines("a.ndjson.gz", gzip.compress(lines))), self.whole)

    def test_parts_are_joined_in_any_order(self):
        for packets in range(1, 12):
            with self.subTest(packets=packets):
                first, second = self.parts(packets)
                paths = self.lines("2.ndjson", second), self.lines("1.ndjson", first)
                self.assertEqual(report(*paths), self.whole)

    def test_records_and_captures_do_not_mix(self):
        lines = self.lines("a.ndjson", run("flows", self.path).stdout)
        done = run("read", lines, self.path)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"holds flow records", done.stderr)

    def test_what_stands_before_a_damaged_line_is_judged(self):
        header, *flows = run("flows", self.path).stdout.splitlines(keepends=True)
        for wrong, message in (
            (flows[1][:50] + b"\n", b"is not a JSON object, at line 3"),
            (flows[1].replace(b'"isn":5000', b'"isn":-1'), b'"isn" is missing, or not what it can be, at line 3'),
            (b"{}\n", b"is neither a header, an opening nor a flow, at line 3"),
            (b"", b"lacks 1 line that its header counts"),
        ):
            with self.subTest(message=message):
                done = run("read", "--json", self.lines("a.ndjson", header + flows[0] + wrong + (flows[2] if wrong else flows[1])))
                self.assertEqual(done.returncode, 2)
                self.assertIn(message, done.stderr)
                self.assertIn("syn-no-reply", {finding["verdict"] for finding in json.loads(done.stdout)["findings"]})

    def test_a_first_packet_is_a_number(self):
        for wrong in ("0", "x", "-1"):
            self.assertEqual(run("flows", "--first-packet", wrong, self.path).returncode, 2)


if __name__ == "__main__":
    unittest.main()
