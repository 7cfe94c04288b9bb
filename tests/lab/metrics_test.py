#!/usr/bin/env python3
"""`whydrop live --metrics`: figures for Prometheus, whatever clients do."""

from __future__ import annotations

import ctypes
import re
import socket
import time
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from namespaces import skip_where_impossible
from recording import wait
from watch_case import PATIENT, WHYDROP, WatchCase

PORT = 9100
GET = b"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n"


class Metrics(WatchCase):
    def connect(self) -> socket.socket:
        with inside(self.session.namespace("client")):
            client = socket.create_connection(("127.0.0.1", PORT), timeout=PATIENT)
        self.addCleanup(client.close)
        return client

    def answer(self, request: bytes) -> tuple[str, str]:
        """Status line and body."""
        client = self.connect()
        client.sendall(request)
        head, _, body = all_of(client).decode().partition("\r\n\r\n")
        return head.splitlines()[0], body

    def value(self, series: str) -> float:
        status, body = self.answer(GET)
        self.assertEqual("HTTP/1.1 200 OK", status)
        found = re.search(rf"^{re.escape(series)} (\S+)$", body, re.MULTILINE)
        return float(found.group(1)) if found else -1

    def test_packets_findings_and_heals_are_counted(self) -> None:
        rule = "nft add table ip lab && nft add chain ip lab input '{ type filter hook input priority 0; }'"
        self.network.run("server", f"{rule} && nft add rule ip lab input tcp dport 81 drop")
        process = self.start("--metrics", str(PORT))
        self.assertEqual(0, self.value('whydrop_flows{state="failed"}'))
        self.network.output("client", "curl -sm 6 http://10.9.2.2:81/", PATIENT)
        series = 'whydrop_findings{verdict="syn-no-reply",server="10.9.2.2:81",state="%s"}'
        wait(lambda: self.value(series % "active") == 1, "the finding", PATIENT)
        self.assertEqual(0, self.value(series % "healed"))
        self.assertGreater(self.value("whydrop_packets_total"), 2)
        self.assertGreater(self.value("whydrop_bytes_total"), 100)
        self.assertEqual(0, self.value('whydrop_lost_packets_total{interface="eth0"}'))
        self.assertEqual(1, self.value('whydrop_interface_up{interface="eth0"}'))
        self.assertGreater(self.value("whydrop_memory_bytes"), 0)
        self.assertGreater(self.value("whydrop_judgement_duration_seconds_sum"), 0)
        self.network.run("server", "nft flush chain ip lab input")
        with (self.session.path / "listener.log").open("wb") as log:
            self.network.start("server", ["python3", "-m", "http.server", "81"], log)
        wait(lambda: "tcp/81" in self.network.listeners("server"), "http.server", PATIENT)
        self.network.run("client", "curl -sf http://10.9.2.2:81/")
        wait(lambda: self.value(series % "healed") == 1, "the heal", PATIENT)
        self.assertEqual(0, self.value(series % "active"))
        process.terminate()
        self.ends(process)

    def test_a_client_of_any_kind_holds_up_neither_the_watch_nor_others(self) -> None:
        process = self.start("--metrics", f"127.0.0.1:{PORT}")
        half = self.connect()
        half.sendall(GET[:-1])
        silent = [self.connect() for _ in range(100)]
        self.assertEqual("HTTP/1.1 200 OK", self.answer(GET)[0])
        deaf = self.connect()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        deaf.sendall(GET * 50)
        for request, status in (
            (b"POST /metrics HTTP/1.1\r\n\r\n", "405"),
            (b"GET /favicon.ico HTTP/1.1\r\n\r\n", "404"),
            (b"\x16\x03\x01\r\n\r\n", "400"),
            (b"GET /metrics HTTP/1.1\r\nX: " + bytes(1 << 20), "400"),
        ):
            self.assertEqual(status, self.answer(request)[0].split()[1])
        begun = time.monotonic()
        self.assertEqual("HTTP/1.1 200 OK", self.answer(GET)[0])
        self.assertLess(time.monotonic() - begun, 5)
        self.assertEqual(b"", half.recv(100))
        for client in silent:
            self.assertEqual(b"", client.recv(100))
        before = cpu_ticks(process.pid)
        time.sleep(2)
        self.assertLess(cpu_ticks(process.pid) - before, 50)
        process.terminate()
        self.assertEqual(["started", "report"], self.ends(process))

    def test_an_address_that_cannot_be_had_ends_it_before_it_begins(self) -> None:
        process = self.start("--metrics", str(PORT))
        for where, words in ((f":{PORT}", f"127.0.0.1:{PORT}"), (f"10.9.2.2:{PORT}", "Cannot assign")):
            command = f"{WHYDROP} live -i eth0 --metrics {where}; echo status $?"
            said = self.network.output("client", command, PATIENT)
            self.assertIn("whydrop: --metrics ", said)
            self.assertIn(words, said)
            self.assertIn("status 2", said)
        process.terminate()
        self.ends(process)


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """Sockets that are made here belong to that network."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net") as own, open(f"/run/netns/{namespace}") as other:
        if libc.setns(other.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        try:
            yield
        finally:
            libc.setns(own.fileno(), 0)


def all_of(client: socket.socket) -> bytes:
    received = b""
    try:
        while piece := client.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def cpu_ticks(pid: int) -> int:
    """Of a process so far, in hundredths of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
