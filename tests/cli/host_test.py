"""What a host knows: `whydrop snapshot` prints it, `whydrop read --host` believes it as far as it is one."""

import json
import unittest

from support import SERVER, SOURCE, CliTest, refused_attempt, run, silent_attempt

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((SOURCE / "src/report/whydrop-host-1.schema.json").read_text())
DURING = "2027-01-15T08:00:16.000000000Z"


def made_host(**members):
    """A snapshot of the captures' server, taken when the last packet came."""
    interface = {"index": 2, "name": "eth0", "kind": "", "up": True, "running": True, "mtu": 1500, "rp_filter": 0}
    interface |= {f"{way}_{what}": 0 for way in ("rx", "tx") for what in ("packets", "errors", "dropped")}
    return {
        "schema": "whydrop-host/1",
        "hostname": "web1",
        "kernel": "6.1.0",
        "boot": "a",
        "network_namespace": 7,
        "taken": DURING,
        "booted": "2027-01-01T00:00:00.000000000Z",
        "interfaces": [interface],
        "addresses": [{"interface": 2, "address": SERVER, "length": 24}],
        "policy_rules": 0,
        "counters": {},
        "settings": {},
        **members,
    }


class Host(CliTest):
    def host(self, name="host.json", **members):
        return self.file(name, json.dumps(made_host(**members)).encode())

    def finding(self, *arguments):
        result = run("--json", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        (finding,) = json.loads(result.stdout)["findings"]
        return finding

    def test_a_snapshot_is_json_that_its_own_reader_takes(self):
        printed = run("snapshot")
        self.assertEqual((printed.returncode, printed.stderr), (0, b""))
        if jsonschema is not None:
            jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(printed.stdout))
        path = self.capture("a.pcap", silent_attempt())
        self.finding("--host", self.file("host.json", printed.stdout), path)

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_the_schema_is_strict(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        validator.validate(made_host())
        for wrong in ({"more": 1}, {"taken": "now"}, {"counters": {"ListenDrops": 1}}, {"policy_rules": -1}):
            self.assertFalse(validator.is_valid(made_host(**wrong)), wrong)

    def test_a_hosts_own_address_settles_where_the_capture_stands(self):
        path = self.capture("a.pcap", silent_attempt())
        self.assertEqual(self.finding("--host", self.host(), path)["vantage"], "server")
        self.assertIn(b"10.0.0.2 is an address of web1 itself", run("-v", "--host", self.host(), path).stdout)

    def test_what_listens_decides_between_causes_that_packets_cannot_separate(self):
        path = self.capture("a.pcap", refused_attempt(start=1))
        elsewhere = [{"transport": "tcp", "address": "127.0.0.1", "port": 80}]
        self.assertEqual(self.finding("--host", self.host(), path)["causes"][0]["id"], "service-not-listening")
        bound = self.finding("--host", self.host(sockets=elsewhere), path)["causes"][0]
        self.assertEqual(bound["id"], "service-on-loopback-only")
        self.assertIn("tcp port 80 of web1 is listened on at 127.0.0.1 only (its sockets)", bound["for"])

    def test_two_snapshots_in_any_order_say_what_was_counted_meanwhile(self):
        path = self.capture("a.pcap", silent_attempt())
        before = self.host("before.json", taken="2027-01-15T07:59:00.000000000Z", counters={"TcpExtListenOverflows": 5})
        after = self.host("after.json", counters={"TcpExtListenOverflows": 8})
        for files in ((before, after), (after, before)):
            finding = self.finding("--host", files[0], "--host", files[1], path)
            (cause,) = (one for one in finding["causes"] if one["id"] == "accept-queue-overflow")
            self.assertIn("TcpExtListenOverflows of web1 grew by 3 within 76.0 s", cause["for"])

    def test_what_cannot_be_used_is_named_and_the_capture_judged_without_it(self):
        path = self.capture("a.pcap", silent_attempt())
        plain = run(path).stdout
        whole = json.dumps(made_host()).encode()
        for content, words in (
            (b"", ("not JSON", "byte 1")),
            (whole[:100], ("not all of it", "byte 101")),
            (b"[]", ("does not say",)),
            (whole.replace(b"whydrop-host/1", b"whydrop/1"), ("holds whydrop/1", "whydrop snapshot")),
            (whole.replace(b'"policy_rules": 0', b'"policy_rules": "no"'), ('"policy_rules"',)),
            (whole.replace(SERVER.encode(), b"10.0.0"), ('"address"',)),
        ):
            with self.subTest(words=words):
                result = run("--host", self.file("host.json", content), path)
                self.assert_trouble(result, "host.json", *words)
                self.assertEqual(result.stdout, plain)
        result = run("--host", self.folder / "nowhere.json", path)
        self.assert_trouble(result, "nowhere.json", "No such file", "whydrop snapshot")
        self.assertEqual(result.stdout, plain)

    def test_snapshots_that_do_not_belong_together_are_refused(self):
        path = self.capture("a.pcap", silent_attempt())
        one, other = self.host("one.json"), self.host("other.json", boot="b")
        self.assert_trouble(run("--host", one, "--host", other, path), "not of the same host")
        self.assert_trouble(run("--host", one, "--host", one, "--host", one, path), "more than twice")
