"""Which of whydrop's verdicts agree with which label of the corpus's labels.tsv.

The labels were made by rules over tshark's fields and know less than a verdict
does; VERDICTS is what may stand beside each, after the corpus's own README.
A verdict that agrees only sometimes names its CONDITIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Label:
    """A row of labels.tsv."""

    file: str
    proto: str
    client: str
    client_port: str
    server: str
    server_port: str
    word: str
    detail: dict[str, str]

    @property
    def first_frame(self) -> int:
        return int(self.detail.get("f", "0"))

    @property
    def tail(self) -> float:
        """Seconds from the flow's last packet to the end of the file."""
        return float(self.detail.get("tail", "0"))

    def pair(self, key: str) -> tuple[int, int]:
        """Of the client and of the server, where the detail says "3/1"."""
        first, _, second = self.detail.get(key, "0/0").partition("/")
        return int(first), int(second or 0)

    def number(self, key: str) -> int:
        return int(self.detail.get(key, "0"))

    def is_lone_last_packet(self) -> bool:
        return self.detail.get("tail") == "0.000" and sum(self.pair("pk")) == 1


@dataclass(frozen=True)
class Case:
    """A label beside the flow that whydrop made of it, and what is known of the file."""

    label: Label
    verdict: str  # NO_FLOW where whydrop made none
    seconds: float = 0.0  # from the flow's first packet to the end of the file
    notes: frozenset[str] = field(default_factory=frozenset)  # on the capture's quality
    rows: tuple[Label, ...] = ()  # all labels of the file


NO_FLOW = "no flow"
MOST_COUNTED = 20  # flows of one file under one label: a scan must not outvote everything else

SYN_PATIENCE = 4.0  # seconds; silence that is shorter proves nothing
DATAGRAM_PATIENCE = 2.0
TRACEROUTE = range(33434, 33534)
NAME_SERVERS = ("53", "5355")
TUNNEL_PORTS = ("2152", "3386", "3544", "4789", "4790", "6081")
SHOWS_LOSS = 0.03  # share of data segments sent again


def always(case: Case) -> bool:
    return True


def ends_early(case: Case) -> bool:
    return case.seconds < (SYN_PATIENCE if case.label.proto == "tcp" else DATAGRAM_PATIENCE)


def nothing_was_repeated(case: Case) -> bool:
    return ends_early(case) or (case.label.number("syn") <= 1 and case.label.number("sa") <= 1)


def is_traceroute(case: Case) -> bool:
    port = case.label.server_port
    if case.label.proto == "udp":
        return port.isdigit() and int(port) in TRACEROUTE
    return case.label.detail.get("icmp", "").startswith(("11/", "v6-3/"))


def recovered_or_traceroute(case: Case) -> bool:
    return is_traceroute(case) or min(case.label.pair("pk")) > 0


def quotes_an_answer(case: Case) -> bool:
    """The server's packet was rejected; or the "client" answers for names, and its late answer came first in the file."""
    return case.label.detail.get("icmpq") == "server" or case.label.client_port in NAME_SERVERS


def rejected_traceroute_or_answer(case: Case) -> bool:
    return case.label.proto == "udp" and (is_traceroute(case) or quotes_an_answer(case))


def is_health_check(case: Case) -> bool:
    own = case.label
    alike = [row for row in case.rows if (row.word, row.server, row.server_port) == (own.word, own.server, own.server_port)]
    return len(alike) >= 3


def one_side_was_recorded(case: Case) -> bool:
    return "capture-one-sided" in case.notes


def shows_nothing(case: Case) -> bool:
    """Inconclusive needs no note where the one side repeats nothing: then nothing says that it lacks the other."""
    return one_side_was_recorded(case) or case.label.number("rexmit") < 3


def has_a_note(case: Case) -> bool:
    return bool(case.notes)


def is_question_of_a_host(case: Case) -> bool:
    return case.label.number("req") > 1


def makes_no_flow(case: Case) -> bool:
    """Nobody is asked whether a neighbour is still there; of a tunnel only the flows inside count."""
    own = case.label
    return own.proto in ("arp", "ndp") or own.server_port in TUNNEL_PORTS or own.client_port in TUNNEL_PORTS


def handshake_was_repeated(case: Case) -> bool:
    return case.label.number("syn") > 1 or case.label.number("sa") > 1


def data_was_repeated(case: Case) -> bool:
    return case.label.number("rexmit") >= max(1.0, SHOWS_LOSS * max(case.label.pair("pk")) / 2)


def server_never_spoke(case: Case) -> bool:
    asked, answered = case.label.pair("data")
    return case.label.proto == "tcp" and asked > 0 and answered == 0


def was_asked_for_smaller_packets(case: Case) -> bool:
    return case.label.detail.get("icmp") in ("3/4", "v6-2/0")


Condition = Callable[[Case], bool]
Agreeing = dict[str, Condition]


def any_of(*verdicts: str) -> Agreeing:
    return dict.fromkeys(verdicts, always)


# The labels do not ask how well a connection worked, nor whether a question was answered: their counts tell.
WORKED: Agreeing = {
    "ok": always,
    "slow-handshake": handshake_was_repeated,
    "packet-loss": data_was_repeated,
    "frag-needed": was_asked_for_smaller_packets,
    "no-response": server_never_spoke,
    "closed-on-accept": server_never_spoke,
    NO_FLOW: makes_no_flow,
}
NOT_A_FAULT: Agreeing = any_of("ok", "half-open-scan") | {"inconclusive": has_a_note, NO_FLOW: makes_no_flow}

VERDICTS: dict[str, Agreeing] = {
    "ok": WORKED,
    "midstream_ok": WORKED,
    "rst_after_fin": WORKED,
    "handshake_partial": {"ok": has_a_note, "packet-loss": data_was_repeated},
    "syn_timeout": {"syn-no-reply": always, "inconclusive": ends_early},
    "refused": any_of("refused"),
    "synack_no_ack": {"synack-no-ack": always, "inconclusive": nothing_was_repeated},
    "synack_client_rst": any_of("synack-reset", "half-open-scan") | {"ok": is_health_check},
    "one_way": {
        "one-way": always,
        "ok": one_side_was_recorded,
        "inconclusive": shows_nothing,
    },
    "established_reset:client": any_of("reset") | WORKED,
    "established_reset:server": any_of("reset", "closed-on-accept") | WORKED,
    "stall": any_of("stalled", "idle-expired"),
    "zero_window": any_of("zero-window") | {"ok": recovered_or_traceroute},
    "pmtu_blackhole": any_of("pmtu-blackhole"),
    "frag_needed": any_of("frag-needed") | {"ok": recovered_or_traceroute},
    "ttl_exceeded": any_of("ttl-exceeded") | {"ok": recovered_or_traceroute},
    "icmp_unreachable": any_of("unreachable") | {"ok": rejected_traceroute_or_answer},
    "ping_ok": WORKED,
    "ping_multicast": NOT_A_FAULT,
    "ping_no_answer": any_of("ping-no-reply", "inconclusive"),
    "ping_partial": any_of("ping-partial") | {"ok": is_traceroute},
    "arp_ok": WORKED,
    "ndp_ok": WORKED,
    "arp_gratuitous": WORKED,
    "arp_probe": WORKED,
    "ndp_dad": WORKED,
    "arp_unanswered": {"arp-no-reply": is_question_of_a_host, "inconclusive": always, "ok": always},
    "ndp_unanswered": {"nd-no-reply": is_question_of_a_host, "inconclusive": always, "ok": always},
    "dns_ok": WORKED,
    "dns_no_answer": {"udp-no-reply": always, "inconclusive": ends_early},
    "dns_rcode:2": any_of("dns-error"),
    "dns_rcode:3": any_of("dns-error", "ok"),
    "dns_rcode:5": any_of("dns-error"),
    "udp_multicast": WORKED,
    "udp_one_way": any_of("udp-no-reply", "ok", "inconclusive") | {NO_FLOW: makes_no_flow},
    "synack_only": NOT_A_FAULT,
    "dns_answer_only": NOT_A_FAULT,
    "echo_reply_only": NOT_A_FAULT,
    "one_way_nodata": NOT_A_FAULT,
    "rst_only": NOT_A_FAULT,
    "rst_to_nonsyn": NOT_A_FAULT,
}
HEALTHY = frozenset("ok ping_ok dns_ok arp_ok ndp_ok midstream_ok udp_multicast".split())
UNANSWERED = frozenset("syn_timeout one_way dns_no_answer udp_one_way ping_no_answer one_way_nodata".split())


def verdicts_for(word: str) -> Agreeing | None:
    """None: the corpus maps this label to no verdict. A label's code stands behind a colon: icmp_unreachable:3/1."""
    return VERDICTS.get(word) or VERDICTS.get(word.partition(":")[0])


def agrees(case: Case) -> bool:
    condition = (verdicts_for(case.label.word) or {}).get(case.verdict)
    return condition is not None and condition(case)


def why_not_scored(label: Label, packets_in_file: int) -> str | None:
    """The corpus's own cautions; None: the label counts."""
    if verdicts_for(label.word) is None:
        return f"{label.word}: maps to no verdict"
    if label.word == "stall" and label.number("sa") > 1:
        return "stall in which packets were replayed (sa>1)"
    if label.word == "arp_unanswered" and label.detail.get("asker_ip") == "0":
        return "arp_unanswered where unicast answers may pass elsewhere (asker_ip=0)"
    if label.word in UNANSWERED and (packets_in_file == 1 or label.is_lone_last_packet()):
        return "unanswered only because nothing else was recorded"
    return None


def is_healthy(labels: Iterable[Label]) -> bool:
    return all(label.word in HEALTHY and not label.is_lone_last_packet() for label in labels)


def proves(label: Label, verdict: str) -> bool:
    """The label's own counts show what `verdict` says, though its word has no name for it."""
    return verdict != "ok" and verdict in WORKED and WORKED[verdict](Case(label, verdict))
