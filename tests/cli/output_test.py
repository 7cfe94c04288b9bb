"""What whydrop prints: JSON that validates, NDJSON, colour where it belongs, streams that close early."""

import json
import os
import pty
import select
import signal
import subprocess
import time
import unittest

from support import PCAP_HEADER, SOURCE, TIMEOUT, WHYDROP, CliTest, refused_attempt, run, silent_attempt

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((SOURCE / "src/report/whydrop-1.schema.json").read_text())


class Json(CliTest):
    def report(self, *arguments):
        result = run("--json", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return json.loads(result.stdout)

    def validate(self, report):
        if jsonschema is not None:
            jsonschema.Draft202012Validator(SCHEMA).validate(report)

    def test_it_is_one_object_with_the_report(self):
        path = self.capture("a.pcap", silent_attempt())
        report = self.report(path)
        self.assertEqual(report["schema"], "whydrop/1")
        self.assertEqual(report["capture"]["files"], [str(path)])
        self.assertEqual(report["flows"], {"total": 1, "ok": 0, "degraded": 0, "failed": 1, "inconclusive": 0})
        (finding,) = report["findings"]
        self.assertEqual(finding["verdict"], "syn-no-reply")
        self.assertEqual(finding["server"], {"address": "10.0.0.2", "port": 443})
        self.assertEqual(finding["first"], "2027-01-15T08:00:00.000000000Z")
        self.assertAlmostEqual(sum(cause["probability"] for cause in finding["causes"]), 1, delta=0.5)

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_reports_of_every_kind_validate(self):
        several = [silent_attempt(port) for port in (22, 443)] + [refused_attempt(start=20)]
        for name, records in (("empty", []), ("silent", [silent_attempt()]), ("several", several)):
            with self.subTest(name=name):
                path = self.capture(name + ".pcap", *records)
                self.validate(self.report(path))
                self.validate(self.report("--scores", path))

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_every_capture_of_the_project_validates(self):
        for path in sorted((SOURCE / "pcaps").rglob("*.pcap*")):
            with self.subTest(path=path):
                self.validate(self.report(path))

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_the_schema_is_strict(self):
        report = self.report(self.capture("a.pcap", silent_attempt()))
        for spoil in (
            lambda finding: finding.update(verdict="syn-no-repli"),
            lambda finding: finding.update(extra=1),
            lambda finding: finding.pop("vantage"),
            lambda finding: finding.update(evidence=[]),
            lambda finding: finding.update(first="yesterday"),
        ):
            spoilt = json.loads(json.dumps(report))
            spoil(spoilt["findings"][0])
            with self.assertRaises(jsonschema.ValidationError):
                self.validate(spoilt)

    def test_the_same_input_gives_the_same_bytes(self):
        path = self.capture("a.pcap", silent_attempt(), refused_attempt(start=20))
        self.assertEqual(run("--json", path).stdout, run("--json", path).stdout)

    def test_flows_are_lines_of_json(self):
        path = self.capture("a.pcap", silent_attempt(), refused_attempt(start=20))
        header, silent, refused = map(json.loads, run("flows", path).stdout.splitlines())
        self.assertEqual(header["schema"], "whydrop-flows/1")
        self.assertEqual(header["capture"]["packets"], 7)
        self.assertEqual((silent["verdict"], silent["conn_state"], silent["history"]), ("syn-no-reply", "S0", "S"))
        self.assertEqual((refused["verdict"], refused["conn_state"], refused["history"]), ("refused", "REJ", "Sr"))
        self.assertEqual((silent["client_packets"], silent["server_packets"]), (5, 0))
        self.assertEqual(silent["community_id"][:2], "1:")


class Streams(CliTest):
    def test_a_reader_that_goes_away_is_no_error(self):
        path = self.capture("a.pcap", *(silent_attempt(443, 1024 + at, at / 10) for at in range(2000)))
        for arguments in (["flows", path], ["--json", path], [path], ["explain"]):
            with self.subTest(arguments=arguments):
                with subprocess.Popen([WHYDROP, *map(str, arguments)], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE) as process:
                    process.stdout.read(1)
                    process.stdout.close()
                    self.assertEqual(process.stderr.read(), b"")
                    self.assertEqual(process.wait(TIMEOUT), 0)

    def test_closed_streams_harm_nobody(self):
        path = self.capture("a.pcap", silent_attempt())
        before = path.read_bytes()
        for closed in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
            status = subprocess.run(["sh", "-c", f'exec "$0" "$1" {closed}', WHYDROP, path], capture_output=True,
                                    timeout=TIMEOUT)
            self.assertEqual((status.returncode, status.stderr), (0, b""), closed)
        self.assertEqual(path.read_bytes(), before)

    def test_a_full_disk_is_an_error(self):
        path = self.capture("a.pcap", silent_attempt())
        with open("/dev/full", "wb") as full:
            result = subprocess.run([WHYDROP, path], stdout=full, stderr=subprocess.PIPE, timeout=TIMEOUT)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"standard output", result.stderr)

    def test_interrupted_reading_still_reports(self):
        with subprocess.Popen([WHYDROP, "-q", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdin.write(PCAP_HEADER + silent_attempt())
            process.stdin.flush()
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            output, errors = process.communicate(timeout=TIMEOUT)
            self.assertEqual((process.returncode, errors), (0, b""))
            self.assertIn(b"syn-no-reply", output)


class Colour(CliTest):
    def on_terminal(self, *arguments, env=None):
        """What a terminal receives."""
        master, slave = pty.openpty()
        clean = {"PATH": os.environ["PATH"], "TERM": "xterm", **(env or {})}
        process = subprocess.Popen([WHYDROP, *map(str, arguments)], stdout=slave, stderr=slave, stdin=slave, env=clean)
        os.close(slave)
        output = b""
        while select.select([master], [], [], TIMEOUT)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:  # the other side has closed
                break
            if not piece:
                break
            output += piece
        os.close(master)
        self.assertEqual(process.wait(TIMEOUT), 0)
        return output

    def test_colour_is_for_terminals(self):
        path = self.capture("a.pcap", silent_attempt())
        self.assertNotIn(b"\x1b", run(path).stdout)
        self.assertIn(b"\x1b[31m", self.on_terminal(path))

    def test_color_never_no_color_and_dumb_terminals_are_obeyed(self):
        path = self.capture("a.pcap", silent_attempt())
        for arguments, env in ((["--color=never"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})):
            with self.subTest(arguments=arguments, env=env):
                self.assertNotIn(b"\x1b", self.on_terminal(*arguments, path, env=env))

    def test_an_empty_no_color_means_nothing_and_always_means_always(self):
        path = self.capture("a.pcap", silent_attempt())
        self.assertIn(b"\x1b", self.on_terminal(path, env={"NO_COLOR": ""}))
        self.assertIn(b"\x1b", run("--color", "always", path, env={"NO_COLOR": "1"}).stdout)


class FirstScreen(CliTest):
    def test_it_fits_80_columns_and_leaves_the_prompt_a_line(self):
        many = [silent_attempt(port, 40000 + port, port / 10) for port in range(1, 15)]
        for records in ([], [silent_attempt()], many):
            lines = run(self.capture("a.pcap", *records)).stdout.decode().splitlines()
            self.assertLessEqual(len(lines), 23)
            for line in lines:
                self.assertLessEqual(len(line), 80, line)

    def test_local_time_is_the_zone_of_the_host(self):
        path = self.capture("a.pcap", silent_attempt())
        env = {"TZ": "XYZ-5"}
        self.assertIn(b"2027-01-15 08:00:00 UTC", run(path, env=env).stdout)
        self.assertIn(b"2027-01-15 13:00:00 XYZ", run("--local-time", path, env=env).stdout)
