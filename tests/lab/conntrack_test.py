#!/usr/bin/env python3
"""A router whose connection table is full, watched on the router itself: its counters say so."""

from __future__ import annotations

import time
import unittest

from namespaces import skip_where_impossible
from recording import wait
from scenario import REPOSITORY
from watch_case import PATIENT, WatchCase

LIMIT = 8


class FullTable(WatchCase):
    def test_the_sampled_counters_name_the_cause(self) -> None:
        self.session.share_machine(exclusive=True)
        self.session.set_machine({"net.netfilter.nf_conntrack_max": str(LIMIT)})
        self.network.run("r2", f"nft -f {REPOSITORY}/scenarios/conntrack-full/rules.nft")
        with (self.session.path / "server.log").open("wb") as log:
            self.network.start("server", ["socat", "TCP-LISTEN:7,fork,reuseaddr", "EXEC:cat"], log)
            self.network.start("server", ["http-server", "80"], log)
        wait(lambda: {"tcp/7", "tcp/80"} <= self.network.listeners("server"), "the servers", PATIENT)
        process = self.start(interface="eth0", node="r2")
        with (self.session.path / "clients.log").open("wb") as log:
            for _ in range(LIMIT):
                self.network.start("client", ["sh", "-c", "(echo hello; sleep 60) | socat - TCP:10.9.2.2:7"], log)
        wait(lambda: str(LIMIT) in self.network.output("r2", "cat /proc/sys/net/netfilter/nf_conntrack_count", PATIENT),
             "a full table", PATIENT)
        self.network.output("client", "curl --max-time 6 http://10.9.2.2/", PATIENT)
        wait(lambda: '"appeared"' in self.log.read_text(), "a finding", PATIENT)
        time.sleep(1)
        process.terminate()
        self.ends(process)
        (finding,) = self.events()[-1]["report"]["findings"]
        self.assertEqual(("syn-no-reply", "conntrack-full"), (finding["verdict"], finding["causes"][0]["id"]))
        reasons = " ".join(finding["causes"][0]["for"])
        self.assertIn(f"tracks {LIMIT} of at most {LIMIT} connections (nf_conntrack_count)", reasons)


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
