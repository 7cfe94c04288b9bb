#!/usr/bin/env python3
"""What the kernel says of the packets that it drops, told by a watch."""

from __future__ import annotations

import json
import time
import unittest
from typing import Any

from namespaces import skip_where_impossible
from recording import wait
from scenario import REPOSITORY
from watch_case import PATIENT, WatchCase

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((REPOSITORY / "src/report/whydrop-1.schema.json").read_text())


class Dropping(WatchCase):
    """Of this namespace's packets, and of no other."""

    def report(self, port: int, node: str, rules_on: str = "", rule: str = "") -> dict[str, Any]:
        """The last report of a watch at `node`, while the client asks for `port` of the server."""
        if rules_on:
            table = "add table inet t; add chain inet t c { type filter hook %s priority 0; }; add rule inet t c %s"
            hook = "input" if rules_on == "server" else "forward"
            self.network.run(rules_on, f"nft '{table % (hook, rule)}'")
        process = self.start(node=node)
        if b"kernel drop reasons are not read" in self.log.read_bytes():
            process.terminate()
            process.wait(timeout=PATIENT)
            self.skipTest(self.log.read_text().splitlines()[0])
        self.network.output("client", f"curl -m 3 http://10.9.2.2:{port}/", PATIENT)
        wait(lambda: "appeared" in self.log.read_text(), "a finding", PATIENT)
        time.sleep(1)
        process.terminate()
        self.ends(process)
        report = self.events()[-1]["report"]
        if jsonschema is not None:
            jsonschema.Draft202012Validator(SCHEMA).validate(report)
        return dict(report)

    def test_a_rule_of_the_server_itself_is_told_by_its_kernel(self) -> None:
        report = self.report(81, "server", "server", "tcp dport 81 drop")
        (finding,) = report["findings"]
        (drop,) = finding["kernel_drops"]
        self.assertEqual(("NETFILTER_DROP", "client"), (drop["reason"], drop["from"]))
        self.assertIn(drop["location"], ("nft_do_chain", "nf_hook_slow"))
        self.assertGreaterEqual(drop["count"], 2)
        cause = finding["causes"][0]
        self.assertEqual("host-firewall-drop", cause["id"])
        self.assertIn(f"NETFILTER_DROP at {drop['location']}", cause["for"][0])
        total = {one["reason"]: one["count"] for one in report["capture"]["kernel_drops"]["reasons"]}
        self.assertGreaterEqual(total["NETFILTER_DROP"], drop["count"])

    def test_a_rule_that_refuses_is_told_from_a_closed_port(self) -> None:
        (finding,) = self.report(81, "server", "server", "tcp dport 81 reject with tcp reset")["findings"]
        self.assertEqual(["NETFILTER_DROP"], [drop["reason"] for drop in finding["kernel_drops"]])
        self.assertEqual(("refused", "host-firewall-reject"), (finding["verdict"], finding["causes"][0]["id"]))

    def test_a_closed_port_is_told_as_such(self) -> None:
        (finding,) = self.report(83, "server")["findings"]
        self.assertEqual(["NO_SOCKET"], [drop["reason"] for drop in finding["kernel_drops"]])
        self.assertEqual("service-not-listening", finding["causes"][0]["id"])

    def test_what_another_namespace_drops_is_not_told(self) -> None:
        """The router and the client share a kernel."""
        report = self.report(81, "client", "r1", "tcp dport 81 drop")
        (finding,) = report["findings"]
        self.assertNotIn("kernel_drops", finding)
        self.assertNotIn("NETFILTER_DROP", [one["reason"] for one in report["capture"]["kernel_drops"]["reasons"]])

    def test_a_router_knows_what_it_drops_itself(self) -> None:
        (finding,) = self.report(81, "r1", "r1", "tcp dport 81 drop")["findings"]
        self.assertEqual(["NETFILTER_DROP"], [drop["reason"] for drop in finding["kernel_drops"]])
        self.assertEqual(("path", "network-firewall-drop"), (finding["vantage"], finding["causes"][0]["id"]))


if __name__ == "__main__":
    skip_where_impossible()
    unittest.main()
