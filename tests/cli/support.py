"""Runs whydrop as a user does, and makes the captures that the tests need."""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

WHYDROP = os.environ["WHYDROP"]
SOURCE = Path(os.environ["WHYDROP_SOURCE"])
TIMEOUT = 60.0  # seconds; nothing here takes one, but sanitizers are slow

PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
START = 1_800_000_000  # 2027-01-15 08:00:00 UTC
CLIENT, SERVER = "10.0.0.1", "10.0.0.2"

SYN, RST, ACK = 0x02, 0x04, 0x10


def run(*arguments: str | Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    clean = {"PATH": os.environ["PATH"], "TERM": "xterm", "TZ": "UTC", **(env or {})}
    return subprocess.run([WHYDROP, *map(str, arguments)], input=stdin, capture_output=True, timeout=TIMEOUT, env=clean)


def _checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def _address(text: str) -> bytes:
    return bytes(map(int, text.split(".")))


def tcp(source: str, target: str, sport: int, dport: int, flags: int, seq: int, ack: int = 0) -> bytes:
    """An Ethernet frame with a TCP segment without payload."""
    segment = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags, 65535, 0, 0)
    pseudo = _address(source) + _address(target) + struct.pack("!BBH", 0, 6, len(segment))
    segment = segment[:16] + struct.pack("!H", _checksum(pseudo + segment)) + segment[18:]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, 6, 0) + _address(source) + _address(target)
    head = head[:10] + struct.pack("!H", _checksum(head)) + head[12:]
    return bytes(12) + b"\x08\x00" + head + segment


def record(seconds: float, frame: bytes) -> bytes:
    whole = int(seconds)
    micros = round((seconds - whole) * 1e6)
    return struct.pack("<IIII", START + whole, micros, len(frame), len(frame)) + frame


def silent_attempt(port: int = 443, sport: int = 40000, start: float = 0.0) -> bytes:
    """Records of one connect() that nothing answers: a SYN, repeated after 1, 3, 7, 15 s."""
    syn = tcp(CLIENT, SERVER, sport, port, SYN, 1000)
    return b"".join(record(start + at, syn) for at in (0, 1, 3, 7, 15))


def refused_attempt(port: int = 80, sport: int = 41000, start: float = 0.0) -> bytes:
    syn = tcp(CLIENT, SERVER, sport, port, SYN, 5000)
    rst = tcp(SERVER, CLIENT, port, sport, RST | ACK, 0, 5001)
    return record(start, syn) + record(start + 0.001, rst)


class CliTest(unittest.TestCase):
    """A test case with a directory of its own."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def capture(self, name: str, *records: bytes) -> Path:
        return self.file(name, PCAP_HEADER + b"".join(records))

    def assert_trouble(self, result: subprocess.CompletedProcess, *words: str) -> None:
        """Exit status 2, and one line on standard error with these words."""
        self.assertEqual(result.returncode, 2, result.stderr)
        lines = result.stderr.decode().splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith("whydrop: "), lines[0])
        for word in words:
            self.assertIn(word, lines[0])
