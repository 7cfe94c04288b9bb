#!/usr/bin/env python3
"""Compares, packet by packet, what whydrop's dissectors read with what tshark reads.

    compare_tshark.py --packet-facts PROGRAM CAPTURE...

Of each packet the innermost one counts, or the ICMP error itself, not what it
quotes. Compared are transport, addresses, ports, TCP flags and sequence number,
ICMP type and code, and the payload's length. Exit status 1 when fewer than
REQUIRED of all packets are equal; the table of differences goes to stdout.
"""

from __future__ import annotations

import argparse
import ipaddress
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path

from programs import ran

REQUIRED = 0.995
JOBS = 2
TIMEOUT = 120  # seconds; the largest capture takes one
SHOWN = 40  # reasons

# Every packet as it stands: nothing put together from several, no number made relative.
PREFERENCES = (
    "ip.defragment:FALSE",
    "ipv6.defragment:FALSE",
    "tcp.desegment_tcp_streams:FALSE",
    "tcp.relative_sequence_numbers:FALSE",
    "tcp.analyze_sequence_numbers:FALSE",
    "sctp.reassembly:FALSE",
)
FIELDS = (
    "frame.number frame.protocols ip.src ip.dst ip.frag_offset ip.flags.mf ipv6.src ipv6.dst ipv6.fraghdr.offset "
    "ipv6.fraghdr.more arp.src.proto_ipv4 arp.dst.proto_ipv4 tcp.srcport tcp.dstport tcp.flags tcp.seq tcp.len "
    "udp.srcport udp.dstport udp.length sctp.srcport sctp.dstport dccp.srcport dccp.dstport icmp.type icmp.code "
    "icmpv6.type icmpv6.code"
).split()

# What speaks about other packets and quotes them: these say nothing of the packet itself.
QUOTING = ("icmp", "icmpv6", "sflow", "openflow")
NETWORK = ("ip", "ipv6", "arp")
# Behind one of these begins another packet, whether it holds IP or not.
LINKS = ("eth", "eth_withoutfcs", "ppp", "wlan", "fr")
# What may stand between an IP header and the transport.
EXTENSIONS = ("ah", "ipv6.hopopts", "ipv6.routing", "ipv6.dstopts", "ipv6.fraghdr", "mipv6")
TRANSPORTS = {
    "tcp": "tcp",
    "udp": "udp",
    "udplite": "udplite",
    "icmp": "icmp",
    "icmpv6": "icmp6",
    "sctp": "sctp",
    "dccp": "dccp",
    "esp": "esp",
    "ipv6.nonxt": "none",
}
# A pcapng block that is no packet, but has a packet's number.
NO_PACKET = ("data", "systemd_journal")
WITH_PAYLOAD = ("tcp", "udp")
UDP_HEADER = 8


@dataclass(frozen=True)
class Facts:
    """One packet as one of the two reads it; empty: not said."""

    transport: str = "none"
    src: str = ""
    dst: str = ""
    sport: str = ""
    dport: str = ""
    flags: str = ""
    seq: str = ""
    icmp: str = ""
    payload: str = ""


@dataclass
class Packet:
    """What either says of one packet, and how its reader describes the way there."""

    facts: Facts
    layers: str
    stop: str = ""


Packets = dict[int, Packet]


@dataclass
class Tally:
    """Of all captures so far."""

    packets: int = 0
    equal: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)  # by tshark, as a file

    def differ(self, reason: str, where: str) -> None:
        self.reasons[reason] += 1
        self.examples.setdefault(reason, where)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare whydrop's dissectors with tshark's.")
    parser.add_argument("--packet-facts", type=Path, required=True, help="the program that prints whydrop's side")
    parser.add_argument("captures", type=Path, nargs="+")
    arguments = parser.parse_args()
    return report(compare(arguments.captures, arguments.packet_facts.resolve()))


def compare(captures: Iterable[Path], packet_facts: Path) -> Tally:
    tally = Tally()
    with tempfile.TemporaryDirectory() as settings, ThreadPoolExecutor(JOBS) as pool:

        def read(capture: Path) -> tuple[Path, Packets | None, Packets | None]:
            return capture, by_tshark(capture, settings), by_whydrop(capture, packet_facts)

        for capture, theirs, ours in pool.map(read, captures):
            count(tally, capture, theirs, ours)
    return tally


def report(tally: Tally) -> int:
    for line in tally.unread:
        print(line)
    for reason, packets in tally.reasons.most_common(SHOWN):
        print(f"{packets:6} {reason}\n           first: {tally.examples[reason]}")
    if len(tally.reasons) > SHOWN:
        print(f"       … and {len(tally.reasons) - SHOWN} reasons more")
    if tally.packets == 0:
        print("compared with tshark: no packets")
        return 1
    # Floored, so that what is printed as enough is enough.
    share = int(10000 * tally.equal / tally.packets) / 100
    equal = f"{tally.equal} of {tally.packets} packets equal, {share:.2f} %"
    print(f"compared with tshark: {equal}, at least {100 * REQUIRED} % wanted")
    return 0 if tally.equal >= REQUIRED * tally.packets else 1


def count(tally: Tally, capture: Path, theirs: Packets | None, ours: Packets | None) -> None:
    if theirs is None:
        if ours is not None:
            tally.unread.append(f"{capture}: read by whydrop alone, not compared")
        return
    ours = ours or {}
    for number in sorted(theirs.keys() | ours.keys()):
        if number not in ours and theirs[number].layers in NO_PACKET:
            continue
        tally.packets += 1
        reason = difference(theirs.get(number), ours.get(number))
        if reason is None:
            tally.equal += 1
        else:
            tally.differ(reason, f"{capture} packet {number}")


def difference(theirs: Packet | None, ours: Packet | None) -> str | None:
    """Why the two are not equal, in words; None when they are."""
    if ours is None or theirs is None:
        return f"there for {'tshark' if ours is None else 'whydrop'} alone"
    unequal = [each.name for each in fields(Facts) if not agree(each.name, theirs, ours)]
    if not unequal:
        return None
    stop = f" ({ours.stop})" if ours.stop != "none" else ""
    return f"{', '.join(unequal)}: {shortened(theirs.layers)} | whydrop {shortened(ours.layers)}{stop}"


def shortened(layers: str) -> str:
    """Each layer once in a row, as the name of a kind of packet."""
    return ":".join(name for name, _ in itertools.groupby(layers.split(":")))


def agree(name: str, theirs: Packet, ours: Packet) -> bool:
    said = getattr(theirs.facts, name)
    return said == getattr(ours.facts, name) or (name == "payload" and not said)


def by_whydrop(capture: Path, packet_facts: Path) -> Packets | None:
    rows = rows_of([str(packet_facts), str(capture)], {})
    return None if rows is None else {int(row[0]): said_by_whydrop(row) for row in rows}


def said_by_whydrop(row: list[str]) -> Packet:
    _, *said, stop, layers = row
    facts = dict(zip((each.name for each in fields(Facts)), said))
    if facts["transport"] == "nd":
        facts["transport"] = "icmp6"
    if facts["transport"] not in WITH_PAYLOAD:
        facts["payload"] = ""
    return Packet(Facts(**facts), layers, stop)


def by_tshark(capture: Path, settings: str) -> Packets | None:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]
    for preference in PREFERENCES:
        command += ["-o", preference]
    for name in FIELDS:
        command += ["-e", name]
    rows = rows_of(command, {"WIRESHARK_CONFIG_DIR": settings})
    return None if rows is None else {int(row[0]): said_by_tshark(dict(zip(FIELDS, row))) for row in rows}


def rows_of(command: list[str], environment: dict[str, str]) -> list[list[str]] | None:
    """What the command printed, by lines and tabs; None when it did not take the file at all."""
    done = ran(command, TIMEOUT, environment)
    if done.returncode != 0 and not done.stdout:
        return None
    return [line.split("\t") for line in done.stdout.splitlines()]


def said_by_tshark(row: dict[str, str]) -> Packet:
    protocols = to_first_quote(row["frame.protocols"].split(":"))
    network = last_position(protocols, NETWORK)
    layers = ":".join(protocols)
    if network is None or any(name in LINKS for name in protocols[network + 1 :]):
        return Packet(Facts(), layers)
    behind = [name for name in protocols[network + 1 :] if name not in EXTENSIONS]
    said = Said(row, protocols)
    src, dst = said.addresses(network)
    if protocols[network] == "arp":
        return Packet(Facts(transport="arp", src=src, dst=dst), "arp")
    transport = TRANSPORTS.get(behind[0], "other") if behind and not said.is_later_fragment(network) else "none"
    layers = ":".join(protocols[: network + 2 + len(protocols[network + 1 :]) - len(behind)])
    return Packet(transport_facts(said, transport, behind[0] if behind else "", src, dst), layers)


def transport_facts(said: Said, transport: str, name: str, src: str, dst: str) -> Facts:
    facts = {"transport": transport, "src": src, "dst": dst}
    if transport in ("tcp", "udp", "sctp", "dccp"):
        facts |= {"sport": said.of(f"{name}.srcport", name), "dport": said.of(f"{name}.dstport", name)}
    payload = ""
    if transport == "tcp":
        flags = said.of("tcp.flags", name)
        facts |= {"seq": said.of("tcp.seq", name), "flags": str(int(flags, 16) & 0xFF) if flags else ""}
        payload = said.of("tcp.len", name)
    if transport == "udp":
        length = int(said.of("udp.length", name) or 0)
        payload = str(length - UDP_HEADER) if length >= UDP_HEADER else ""
    if transport in ("icmp", "icmp6"):
        facts["icmp"] = f"{said.of(f'{name}.type', name)}/{said.of(f'{name}.code', name)}"
    # Of a fragment, tshark says the whole datagram's length, or none.
    return Facts(**facts, payload="" if said.is_fragment() else payload)


class Said:
    """tshark's fields of one packet: of several with one name, the one that a place among the protocols means."""

    def __init__(self, row: dict[str, str], protocols: list[str]) -> None:
        self.row = row
        self.protocols = protocols

    def of(self, name: str, protocol: str, until: int | None = None) -> str:
        values = self.row[name].split(",")
        at = self.protocols[:until].count(protocol) - 1
        return values[at] if at < len(values) else ""

    def addresses(self, network: int) -> tuple[str, str]:
        protocol = self.protocols[network]
        suffix = ".proto_ipv4" if protocol == "arp" else ""
        names = (f"{protocol}.{side}{suffix}" for side in ("src", "dst"))
        src, dst = (normal_address(self.of(name, protocol, network + 1)) for name in names)
        return src, dst

    def is_fragment(self) -> bool:
        more = f"{self.row['ip.flags.mf']},{self.row['ipv6.fraghdr.more']}".split(",")
        return "1" in more

    def is_later_fragment(self, network: int) -> bool:
        if self.protocols[network] == "ip":
            return self.of("ip.frag_offset", "ip", network + 1) not in ("", "0")
        offset = self.of("ipv6.fraghdr.offset", "ipv6.fraghdr")
        return "ipv6.fraghdr" in self.protocols[network:] and offset not in ("", "0")


@lru_cache(maxsize=65536)
def normal_address(text: str) -> str:
    return str(ipaddress.ip_address(text)) if text else ""


def to_first_quote(protocols: list[str]) -> list[str]:
    for at, name in enumerate(protocols):
        if name in QUOTING:
            return protocols[: at + 1]
    return protocols


def last_position(protocols: list[str], wanted: tuple[str, ...]) -> int | None:
    return max((at for at, name in enumerate(protocols) if name in wanted), default=None)


if __name__ == "__main__":
    sys.exit(main())
