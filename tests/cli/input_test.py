"""What whydrop reads: files that are missing, cut, damaged, empty or not captures at all."""

import os
import struct

from support import PCAP_HEADER, CliTest, record, refused_attempt, run, silent_attempt, tcp, CLIENT, SERVER, SYN


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
