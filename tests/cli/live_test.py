"""`whydrop live` as far as it needs no right to capture; tests/lab/live_test.py has the rest."""

import socket

from support import CliTest, run


class Live(CliTest):
    def test_interfaces_are_listed_with_their_numbers(self):
        listed = run("live", "-D")
        self.assertEqual((listed.returncode, listed.stderr), (0, b""))
        rows = [line.split() for line in listed.stdout.decode().splitlines()]
        self.assertEqual([row[0] for row in rows], [str(number) for number in range(1, len(rows) + 1)])
        self.assertIn("any", [row[1] for row in rows])

    def test_an_interface_that_is_not_there_is_named(self):
        self.assert_trouble(run("live", "-i", "nowhere0"), "nowhere0", "whydrop live -D")
        self.assert_trouble(run("live", "-i", "anyy"), "anyy", "did you mean 'any'?")
        self.assert_trouble(run("live", "-i", "4711"), "4711", "no such interface")

    def test_wrong_values_are_named(self):
        for arguments, word in (
            (["--duration", "soon"], "soon"),
            (["--every", "0"], "--every"),
            (["--duration", "5d"], "5d"),
            (["-c", "0"], "-c"),
            (["-s", "20"], "--snapshot-length"),
            (["-B", "1"], "--buffer-size"),
            (["--plain", "--json"], "excludes"),
            (["--metrics", "localhost"], "localhost"),
            (["--metrics", "::1:9100"], "127.0.0.1:9100"),
            (["--max-size", "20M"], "-w"),
            (["-w", "evidence", "--max-size", "1000K"], "less than 1M"),
            (["-w", "evidence", "--max-size", "0"], "--max-size"),
            (["-D", "--evry", "5s"], "--every"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_trouble(run("live", *arguments), word)

    def test_a_port_that_is_taken_is_named_before_anything_is_captured(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_trouble(run("live", "-i", "nowhere0", "--metrics", f":{port}"), f"127.0.0.1:{port}", "in use")
