"""Who is joined to whom in the lab, and with which addresses.

    client eth0 -- eth0 r1 eth1 -- eth0 r2 eth1 -- eth0 server

Every story has this line; its [[link]]s add to it. Addresses begin with 10.9. or
fd09: and MAC addresses are fixed, so recordings differ only in what the kernel
chooses. A seed replaces all of that, to show that no verdict depends on it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

HOP_NETWORKS = range(201, 204)  # third byte of the addresses between inserted routers


@dataclass(frozen=True)
class End:
    """One end of a link."""

    node: str
    interface: str
    ipv4: str
    ipv6: str


@dataclass(frozen=True)
class Topology:
    links: tuple[tuple[End, End], ...]
    routes: tuple[tuple[str, str, str], ...]  # node, destination, next hop
    routers: tuple[str, ...]

    @property
    def ends(self) -> Iterator[End]:
        return (end for link in self.links for end in link)

    @property
    def nodes(self) -> list[str]:
        return list(dict.fromkeys(end.node for end in self.ends))


LINE = Topology(
    links=(
        (
            End("client", "eth0", "10.9.1.2/24", "fd09:1::2/64"),
            End("r1", "eth0", "10.9.1.1/24", "fd09:1::1/64"),
        ),
        (
            End("r1", "eth1", "10.9.12.1/24", "fd09:12::1/64"),
            End("r2", "eth0", "10.9.12.2/24", "fd09:12::2/64"),
        ),
        (
            End("r2", "eth1", "10.9.2.1/24", "fd09:2::1/64"),
            End("server", "eth0", "10.9.2.2/24", "fd09:2::2/64"),
        ),
    ),
    routes=(
        ("client", "default", "10.9.1.1"),
        ("client", "default", "fd09:1::1"),
        ("r1", "10.9.2.0/24", "10.9.12.2"),
        ("r1", "fd09:2::/64", "fd09:12::2"),
        ("r2", "10.9.1.0/24", "10.9.12.1"),
        ("r2", "fd09:1::/64", "fd09:12::1"),
        ("server", "default", "10.9.2.1"),
        ("server", "default", "fd09:2::1"),
    ),
    routers=("r1", "r2"),
)


@dataclass(frozen=True)
class Seed:
    """What a recording's addresses, MACs and path length are made from."""

    ipv4: str = "10.9."
    ipv6: str = "fd09:"
    mac: str = "02:09:00:00"
    hops: int = 0  # routers between the client and r1

    def rewrite(self, text: str) -> str:
        """A scenario's text with this seed's addresses."""
        text = re.sub(r"\b10\.9\.", self.ipv4, text)
        return re.sub(r"\bfd09:", self.ipv6, text)


def seed_from(number: int) -> Seed:
    """The same number always gives the same addresses, hops and MACs."""
    pick = random.Random(number)
    return Seed(
        ipv4=f"10.{pick.randrange(16, 250)}.",
        ipv6=f"fd{pick.randrange(16, 250):02x}:",
        mac="02:" + ":".join(f"{pick.randrange(256):02x}" for _ in range(3)),
        hops=pick.randrange(1, len(HOP_NETWORKS) + 1),
    )


def with_hops(line: Topology, hops: int) -> Topology:
    """The topology with more routers between client and r1; their neighbours keep their addresses.

    The first one takes over the gateway's address, so the client notices nothing.
    """
    (client, gateway), *links = line.links
    routes = list(line.routes)
    inserted: list[tuple[End, End]] = [(client, replace(gateway, node="hop1"))] if hops else []
    for number, network in zip(range(1, hops + 1), HOP_NETWORKS, strict=False):
        last = number == hops
        near, far = f"hop{number}", "r1" if last else f"hop{number + 1}"
        nets = f"10.9.{network}", f"fd09:{network:x}:"
        inserted.append(
            (
                End(near, "eth1", f"{nets[0]}.1/24", f"{nets[1]}:1/64"),
                End(far, "eth0", f"{nets[0]}.2/24", f"{nets[1]}:2/64"),
            )
        )
        routes += [(near, "default", f"{nets[0]}.2"), (near, "default", f"{nets[1]}:2")]
        routes += [(far, "10.9.1.0/24", f"{nets[0]}.1"), (far, "fd09:1::/64", f"{nets[1]}:1")]
    return Topology(
        links=(*(inserted or [(client, gateway)]), *links),
        routes=tuple(routes),
        routers=(*line.routers, *(f"hop{number}" for number in range(1, hops + 1))),
    )
