#!/usr/bin/env python3
"""Writes the captures beside it that the lab's kernels cannot produce: always the same bytes.

SCTP and ESP need kernel modules that the lab's machines lack, the lab has no TFTP, clocks do not step back on demand,
and tcpdump writes no pcapng, which alone names its filter.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
START = 1_780_000_000  # seconds since 1970
A, B = "192.0.2.1", "198.51.100.2"
MACS = {A: bytes.fromhex("020000000001"), B: bytes.fromhex("020000000002")}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

Packet = tuple[float, bytes]


def checksum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def ipv4(source: str, target: str, protocol: int, payload: bytes, identification: int = 1) -> bytes:
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), identification, 0x4000, 63, protocol, 0)
    header += socket.inet_aton(source) + socket.inet_aton(target)
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    return MACS[target] + MACS[source] + b"\x08\x00" + header + payload


def tcp(source: str, target: str, ports: tuple[int, int], numbers: tuple[int, int], flags: int,
        payload: bytes = b"", identification: int = 1) -> bytes:
    segment = struct.pack(">HHIIBBHHH", *ports, *numbers, 5 << 4, flags, 64240, 0, 0) + payload
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack(">HH", 6, len(segment))
    segment = segment[:16] + struct.pack(">H", checksum(pseudo + segment)) + segment[18:]
    return ipv4(source, target, 6, segment, identification)


def sctp(source: str, target: str, ports: tuple[int, int], tag: int, chunk: bytes) -> bytes:
    packet = struct.pack(">HHII", *ports, tag, 0) + chunk
    return ipv4(source, target, 132, packet[:8] + struct.pack("<I", crc32c(packet)) + packet[12:])


def sctp_init() -> bytes:
    return struct.pack(">BBHIIHHI", 1, 0, 20, 0x11223344, 106496, 10, 2048, 0x01020304)


def ping(source: str, target: str, kind: int, number: int) -> bytes:
    message = struct.pack(">BBHHH", kind, 0, 0, 7, number) + b"whydrop!"
    message = message[:2] + struct.pack(">H", checksum(message)) + message[4:]
    return ipv4(source, target, 1, message)


def tftp_request() -> bytes:
    request = b"\0\1boot\0octet\0"
    return ipv4(A, B, 17, struct.pack(">HHHH", 40000, 69, 8 + len(request), 0) + request)


def answered_ping(at: float, number: int) -> list[Packet]:
    return [(at, ping(A, B, 8, number)), (at + 0.02, ping(B, A, 0, number))]


def web_visit(start: float) -> list[Packet]:
    """A connection that opens, asks, is answered and closes."""
    there, back = (40000, 80), (80, 40000)
    request, answer = b"GET / HTTP/1.1\r\nHost: b.example\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    asked, said = 1001 + len(request), 5001 + len(answer)
    steps = [
        (A, B, there, (1000, 0), SYN, b""),
        (B, A, back, (5000, 1001), SYN | ACK, b""),
        (A, B, there, (1001, 5001), ACK, b""),
        (A, B, there, (1001, 5001), PSH | ACK, request),
        (B, A, back, (5001, asked), PSH | ACK, answer),
        (A, B, there, (asked, said), FIN | ACK, b""),
        (B, A, back, (said, asked + 1), FIN | ACK, b""),
        (A, B, there, (asked + 1, said + 1), ACK, b""),
    ]
    return [(start + 0.02 * number, tcp(*step, identification=100 + number)) for number, step in enumerate(steps)]


def pcap(packets: Iterable[Packet]) -> bytes:
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    for at, frame in packets:
        micros = round(at * 1e6)
        out += struct.pack("<IIII", START + micros // 1_000_000, micros % 1_000_000, len(frame), len(frame)) + frame
    return out


def block(kind: int, body: bytes) -> bytes:
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def pcapng(packets: Iterable[Packet], capture_filter: str) -> bytes:
    text = b"\0" + capture_filter.encode()  # 0: the filter's own text
    option = struct.pack("<HH", 11, len(text)) + text + b"\0" * (-len(text) % 4)
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack("<HHI", 1, 0, 262144) + option + struct.pack("<HH", 0, 0))
    for at, frame in packets:
        micros = START * 1_000_000 + round(at * 1e6)
        body = struct.pack("<IIIII", 0, micros >> 32, micros & 0xFFFFFFFF, len(frame), len(frame)) + frame
        out += block(6, body + b"\0" * (-len(frame) % 4))
    return out


def captures() -> dict[str, bytes]:
    ports = (36412, 36412)
    init = sctp(A, B, ports, 0, sctp_init())
    abort = sctp(B, A, ports, 0x11223344, struct.pack(">BBH", 6, 0, 4))
    esp = [(1.0 * number, ipv4(A, B, 50, struct.pack(">II", 0x1001, 1 + number) + bytes(range(64))))
           for number in range(13)]
    visit = web_visit(0)
    flagged = [packet for packet in visit if packet[1][14 + 20 + 13] & (SYN | FIN | RST)]
    late = [(at - (3 if number >= 4 else 0), frame) for number, (at, frame) in enumerate(web_visit(5))]
    return {
        "sctp-no-reply.pcap": pcap([(0, init), (3, init), (9, init), *answered_ping(15, 1)]),
        "sctp-aborted.pcap": pcap([(0, init), (0.02, abort)]),
        "esp-one-way.pcap": pcap([*answered_ping(0, 1), *((0.5 + at, frame) for at, frame in esp)]),
        "tftp-no-reply.pcap": pcap([(0, tftp_request()), (5, tftp_request()), *answered_ping(15, 1)]),
        "only-flags.pcap": pcap(flagged),
        "clock-steps-back.pcap": pcap(late),
        "capture-filter.pcapng": pcapng(visit, "tcp port 80"),
    }


if __name__ == "__main__":
    for name, data in captures().items():
        (HERE / name).write_bytes(data)
