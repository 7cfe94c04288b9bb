"""What whydrop reads: files that are missing, cut, damaged, empty or not captures at all."""

import gzip
import json
import lzma
import os
import signal
import struct
import subprocess
import threading
import time
from pathlib import Path

from support import (CLIENT, PCAP_HEADER, SERVER, SOURCE, SYN, TIMEOUT, WHYDROP, CliTest, record, refused_attempt, run,
                     silent_attempt, tcp)


class BadInput(CliTest):
    def test_each_bad_input_is_one_line_and_status_2(self):
        unreadable = self.capture("unreadable.pcap", silent_attempt())
        unreadable.chmod(0)
        inputs = [
            (self.folder / "missing.pcap", "missing.pcap"),
            (self.file("zero.pcap", b""), "empty"),
            (self.folder, "directory"),
            (self.file("text.pcap", b"not a capture, just text\n" * 10), "no capture file"),
            (self.file("tiny.pcap", PCAP_HEADER[:7]), "tiny.pcap"),
        ]
        if os.geteuid() != 0:
            inputs.append((unreadable, "unreadable.pcap"))
        for path, word in inputs:
            with self.subTest(path=path):
                result = run(path)
                self.assert_trouble(result, str(path), word)
                self.assertEqual(result.stdout, b"")

    def test_everything_readable_is_still_reported(self):
        good = self.capture("good.pcap", silent_attempt())
        result = run("-q", self.folder / "missing.pcap", good, self.file("zero.pcap", b""))
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"syn-no-reply", result.stdout)
        self.assertEqual(result.stderr.count(b"\n"), 2)

    def test_what_came_before_the_damage_counts(self):
        damage = struct.pack("<IIII", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + b"\xff" * 64
        path = self.capture("damaged.pcap", silent_attempt(), damage)
        result = run("-q", path)
        self.assert_trouble(result, "damaged.pcap", "at byte")
        self.assertIn(b"syn-no-reply", result.stdout)

    def test_impossible_lengths_are_errors_with_what_could_be_read(self):
        billion = self.capture("billion.pcap", silent_attempt(), struct.pack("<IIII", 1, 1, 10**9, 10**9))
        no_limit = PCAP_HEADER[:16] + struct.pack("<I", 0) + PCAP_HEADER[20:]
        section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
        rows = [
            (billion, "1000000000", b"syn-no-reply"),
            (self.file("snap.pcap", no_limit + silent_attempt()), "cut at 0 bytes", b"syn-no-reply"),
            (self.file("zero-block.pcapng", section + struct.pack("<II", 6, 0) + bytes(40)), "length is 0",
             b"no packets before the damage"),
        ]
        for path, error, report in rows:
            with self.subTest(path=path):
                result = run(path)
                self.assert_trouble(result, str(path), error)
                self.assertIn(report, result.stdout)

    def test_a_file_that_ends_inside_a_record_is_a_note_not_an_error(self):
        whole = PCAP_HEADER + silent_attempt()
        path = self.file("cut.pcap", whole + record(16, tcp(CLIENT, SERVER, 1, 2, SYN, 3))[:-5])
        result = run(path)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertIn(b"syn-no-reply", result.stdout)
        self.assertIn(b"file-cut", run("-v", path).stdout)

    def test_every_cut_of_a_capture_ends_well(self):
        whole = PCAP_HEADER + refused_attempt()
        for length in range(len(whole)):
            result = run("-q", self.file("cut.pcap", whole[:length]))
            self.assertIn(result.returncode, (0, 2), (length, result.stderr))

    def test_names_of_files_cannot_move_the_cursor(self):
        path = self.capture("\x1b[2J\x1b]0;owned\x07.pcap", silent_attempt())
        for arguments in ([path], ["-v", path], ["--json", path], [str(path) + ".missing"]):
            result = run(*arguments)
            self.assertNotIn(b"\x1b", result.stdout + result.stderr)
            self.assertNotIn(b"\x07", result.stdout + result.stderr)


class GoodInput(CliTest):
    def test_a_header_alone_says_what_that_can_mean(self):
        path = self.capture("empty.pcap")
        result = run(path)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        for word in (b"no packets", b"interface", b"filter", b"output rules"):
            self.assertIn(word, result.stdout)

    def test_standard_input_is_a_file_too(self):
        content = PCAP_HEADER + silent_attempt()
        result = run("-q", "-", stdin=content)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(result.stdout, run("-q", self.file("a.pcap", content)).stdout)

    def test_several_files_of_one_capture_are_one_capture_in_any_order(self):
        records = silent_attempt()
        size = len(records) // 5
        first = self.capture("b.pcap", records[: 2 * size])
        second = self.capture("a.pcap", records[2 * size :])
        text = run("-q", first, second).stdout
        self.assertEqual(text, run("-q", second, first).stdout)
        self.assertEqual(text.count(b"\n"), 1)
        self.assertIn(b" 1x ", text)
        self.assertIn(b"packet 1 of b.pcap", run(second, first).stdout)

    def test_a_large_file_says_the_same_however_many_threads_read_it(self):
        attempts = [make(sport=1024 + at, start=at / 100) for at in range(10000)
                    for make in (silent_attempt, refused_attempt)]
        large = self.capture("large.pcap", *attempts, silent_attempt(start=200))
        self.assertGreater(large.stat().st_size, 4 << 20)
        for more in ([], ["--filter", "tcp port 80"]):
            with self.subTest(more=more):
                one, two, default = (run("--json", *threads, *more, large)
                                     for threads in (["--threads", "1"], ["--threads", "2"], []))
                self.assertEqual((one.returncode, one.stderr), (0, b""))
                self.assertGreater(json.loads(one.stdout)["flows"]["total"], 9999)
                self.assertEqual(one.stdout, two.stdout)
                self.assertEqual(one.stdout, default.stdout)
        end = struct.pack("<IIII", 1, 1, 10**9, 10**9)
        damaged = self.file("damaged.pcap", large.read_bytes() + end)
        one, two = (run("-q", "--threads", threads, damaged) for threads in ("1", "2"))
        self.assert_trouble(one, "damaged.pcap", "1000000000")
        self.assertEqual((one.stdout, one.stderr), (two.stdout, two.stderr))

    def test_a_filter_leaves_out_packets_and_keeps_their_numbers(self):
        path = self.capture("two.pcap", silent_attempt(), refused_attempt())
        everything = json.loads(run("--json", path).stdout)
        self.assertEqual(["refused", "syn-no-reply"], sorted(one["verdict"] for one in everything["findings"]))
        (refused,) = [one for one in everything["findings"] if one["verdict"] == "refused"]
        filtered = json.loads(run("--json", "--filter", f"tcp port {refused['server']['port']} and tcp[13] & 4 != 0", path).stdout)
        self.assertEqual(1, filtered["capture"]["packets"])
        self.assertIn("filtered", [note["id"] for note in filtered["capture"]["quality"]])
        result = run("--filter", "tcp and and", path)
        self.assert_trouble(result, "filter 'tcp and and'", "syntax error", "pcap-filter")
        self.assertEqual(result.stdout, b"")

    def test_healthy_traffic_is_one_line(self):
        frames = [
            tcp(CLIENT, SERVER, 40000, 80, 0x02, 1000),
            tcp(SERVER, CLIENT, 80, 40000, 0x12, 7000, 1001),
            tcp(CLIENT, SERVER, 40000, 80, 0x10, 1001, 7001),
            tcp(CLIENT, SERVER, 40000, 80, 0x11, 1001, 7001),
            tcp(SERVER, CLIENT, 80, 40000, 0x11, 7001, 1002),
            tcp(CLIENT, SERVER, 40000, 80, 0x10, 1002, 7002),
        ]
        path = self.capture("a.pcap", *(record(at / 100, frame) for at, frame in enumerate(frames)))
        result = run(path)
        self.assertEqual(result.stdout.count(b"\n"), 1)
        self.assertIn(b"6 packets in 50 ms, 1 flow, all ok: nothing failed", result.stdout)
        self.assertEqual(run("-q", path).stdout, b"")


class Compressed(CliTest):
    def test_compressed_files_and_pipes_report_what_the_plain_file_does(self):
        content = PCAP_HEADER + silent_attempt()
        plain = run("-q", self.file("a.pcap", content)).stdout
        for name, packed in (("a.pcap.gz", gzip.compress(content)), ("a.pcap.xz", lzma.compress(content))):
            with self.subTest(name=name):
                for result in (run("-q", self.file(name, packed)), run("-q", "-", stdin=packed)):
                    self.assertEqual((result.returncode, result.stderr, result.stdout), (0, b"", plain))

    def test_what_came_before_a_cut_or_damage_counts(self):
        packed = gzip.compress(PCAP_HEADER + silent_attempt())
        for spoilt, word in ((packed[:-4], "ends inside"), (packed[:-8] + bytes(8), "damaged")):
            result = run("-q", self.file("a.pcap.gz", spoilt))
            self.assert_trouble(result, "a.pcap.gz", word, "gzip", "at byte")
            self.assertIn(b"syn-no-reply", result.stdout)

    def test_what_is_compressed_twice_is_one_line_with_the_command_that_helps(self):
        path = self.file("a.gz", gzip.compress(gzip.compress(PCAP_HEADER)))
        self.assert_trouble(run(path), "compressed twice", f"gzip -dc {path} | whydrop -")


class Sets(CliTest):
    def halves(self, path):
        """A pcap file's records, the even ones and the odd ones, each in a file of its own."""
        content = path.read_bytes()
        header, at, records = content[:24], 24, []
        while at < len(content):
            size = 16 + struct.unpack("<I", content[at + 8 : at + 12])[0]
            records.append(content[at : at + size])
            at += size
        return [self.file(f"half-{half}.pcap", header + b"".join(records[half::2])) for half in (0, 1)]

    def test_interleaved_files_report_what_the_merged_one_does(self):
        for name in ("tcp-drop-forward/client.pcap", "pmtu-blackhole-up/client.pcap", "healthy-mixed/client.pcap"):
            with self.subTest(name=name):
                path = SOURCE / "pcaps" / name
                even, odd = self.halves(path)
                whole = run("-q", path)
                for files in ((even, odd), (odd, even)):
                    self.assertEqual(run("-q", *files).stdout, whole.stdout)
                self.assertIn(b"files-overlap", run("-v", even, odd).stdout)

    def test_a_pipe_is_read_in_its_turn(self):
        early = self.capture("early.pcap", silent_attempt())
        late = PCAP_HEADER + refused_attempt(start=20)
        result = run("-q", "-", early, stdin=late)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(result.stdout.count(b"\n"), 2)


class Growing(CliTest):
    """Files and named pipes that somebody else is writing to."""

    def start(self, *arguments):
        process = subprocess.Popen([WHYDROP, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        return process

    def wait_until_read(self, process, path):
        """Until the program stands at the file's end, and sleeps there: what was read may still be looked at."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            time.sleep(0.02)
            for link in Path(f"/proc/{process.pid}/fd").iterdir():
                if link.exists() and link.samefile(path):
                    info = Path(f"/proc/{process.pid}/fdinfo/{link.name}").read_text()
                    state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
                    if int(info.split()[1]) == path.stat().st_size and state == "S":
                        return
        self.fail("the program does not read what was written")

    def finish(self, process):
        output, errors = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, errors), (0, b""))
        return output

    def append(self, path, content):
        with path.open("ab") as file:
            file.write(content)

    def test_follow_waits_for_more_until_it_is_interrupted(self):
        content = PCAP_HEADER + silent_attempt() + refused_attempt(start=20)
        expected = run("-q", self.file("whole.pcap", content)).stdout
        self.assertEqual(expected.count(b"\n"), 2)
        for packed in (content, gzip.compress(content)):
            path = self.file("growing.pcap", b"")
            process = self.start("-q", "--follow", path)
            for piece in (packed[:10], packed[10:60], packed[60:-20], packed[-20:]):  # inside headers and records
                self.append(path, piece)
                self.wait_until_read(process, path)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            self.assertEqual(self.finish(process), expected)

    def test_follow_goes_on_behind_a_large_file(self):
        many = b"".join(silent_attempt(80, 1024 + at, at / 100) for at in range(4000))
        path = self.capture("large.pcap", many)
        self.assertGreater(path.stat().st_size, 1 << 20)
        process = self.start("flows", "--follow", path)
        self.append(path, refused_attempt(start=100))
        self.wait_until_read(process, path)
        process.send_signal(signal.SIGINT)
        self.assertIn(b'"refused"', self.finish(process))

    def test_follow_ends_when_the_file_is_removed_replaced_or_begun_again(self):
        other = self.capture("other.pcap")
        for end in (lambda path: path.unlink(), lambda path: os.replace(other, path), lambda path: os.truncate(path, 0)):
            path = self.capture("a.pcap", silent_attempt())
            process = self.start("-q", "--follow", path)
            self.wait_until_read(process, path)
            end(path)
            self.assertIn(b"syn-no-reply", self.finish(process))

    def test_follow_wants_one_file(self):
        path = self.capture("a.pcap", silent_attempt())
        self.assert_trouble(run("--follow", path, path), "--follow", "one file")

    def test_named_pipes_are_read_plain_and_compressed(self):
        content = PCAP_HEADER + silent_attempt()
        for number, packed in enumerate((content, gzip.compress(content))):
            fifo = self.folder / f"fifo{number}"
            os.mkfifo(fifo)
            writer = threading.Thread(target=fifo.write_bytes, args=(packed,))
            writer.start()
            result = run("-q", fifo)
            writer.join()
            self.assertEqual((result.returncode, result.stderr), (0, b""))
            self.assertIn(b"syn-no-reply", result.stdout)

    def test_an_interrupted_compressed_pipe_is_no_damaged_file(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        process = self.start("-q", fifo)
        with fifo.open("wb", buffering=0) as writer:
            writer.write(gzip.compress(PCAP_HEADER + silent_attempt()) + gzip.compress(refused_attempt())[:20])
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            self.assertIn(b"syn-no-reply", self.finish(process))
