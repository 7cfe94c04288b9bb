"""A terminal of our own, as far as `whydrop live` uses one: what it shows, and what is typed into it.

It knows what terminfo has for xterm and ncurses sends; anything else is an error, so that
no test reads a screen that a real terminal would not show.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Callable

SEQUENCE = re.compile(rb"\x1b\[([?>]?)([\d;]*)([A-Za-z@])|\x1b([()])(.)|\x1b([=>78M])")
SILENT = frozenset("mlhtn")  # attributes, modes; what of them matters is looked for by name


class Terminal:
    """A pseudo-terminal with a screen."""

    def __init__(self, width: int = 80, height: int = 24) -> None:
        self._own, self.side = pty.openpty()
        self.modes = termios.tcgetattr(self.side)
        self.sent = b""  # all that came
        self._rest = b""  # of it, what is not shown yet
        self.resize(width, height)

    def close(self) -> None:
        for descriptor in (self._own, self.side):
            try:
                os.close(descriptor)
            except OSError:  # a test has closed it
                pass

    def hang_up(self) -> None:
        os.close(self.side)
        os.close(self._own)

    def resize(self, width: int, height: int) -> None:
        """What a real one does; the program must be told by SIGWINCH."""
        self.width, self.height = width, height
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self._screen, self._normal = self._blank(), self._blank()
        self._row = self._column = 0
        self._top, self._bottom = 0, height - 1  # what scrolls

    def type(self, keys: str) -> None:
        os.write(self._own, keys.encode())

    def is_as_before(self) -> bool:
        return termios.tcgetattr(self.side) == self.modes

    def shows(self) -> str:
        """The screen by now."""
        while select.select([self._own], [], [], 0.05)[0]:
            try:
                data = os.read(self._own, 65536)
            except OSError:  # nobody holds the other side any more
                break
            self.sent += data
            self._take(data)
        return "\n".join("".join(line).rstrip() for line in self._screen)

    def wait_for(self, condition: Callable[[str], object], what: str, patience: float) -> str:
        deadline = time.monotonic() + patience
        while not condition(shown := self.shows()):
            if time.monotonic() > deadline:
                raise AssertionError(f"no {what} within {patience:.0f} s; the screen shows:\n{shown}")
        return shown

    def _blank(self) -> list[list[str]]:
        return [[" "] * self.width for _ in range(self.height)]

    def _take(self, data: bytes) -> None:
        self._rest += data
        while self._rest:
            first = self._rest[0]
            if first == 0x1B:
                match = SEQUENCE.match(self._rest)
                if not match:
                    if len(self._rest) > 32:
                        raise AssertionError(f"the terminal does not know {self._rest[:32]!r}")
                    return  # the rest of it is to come
                self._rest = self._rest[match.end() :]
                if match[3]:
                    self._obey(match[1].decode(), match[2].decode(), match[3].decode())
                elif match[6] == b"M":
                    self._go_up()
                continue
            length = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
            if len(self._rest) < length:
                return
            self._put(self._rest[:length].decode(errors="replace"))
            self._rest = self._rest[length:]

    def _put(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._go_down()
        elif character == "\b":
            self._column = max(0, self._column - 1)
        elif character >= " ":
            if self._column == self.width:
                self._column = 0
                self._go_down()
            self._screen[self._row][self._column] = character
            self._column += 1

    def _go_down(self) -> None:
        if self._row == self._bottom:
            self._scroll(self._top, 1)
        else:
            self._row = min(self._row + 1, self.height - 1)

    def _go_up(self) -> None:
        if self._row == self._top:
            self._scroll(self._top, -1)
        else:
            self._row = max(self._row - 1, 0)

    def _scroll(self, top: int, lines: int) -> None:
        """From `top` to the end of what scrolls; up, or down where it is negative."""
        part = self._screen[top : self._bottom + 1]
        blank = [[" "] * self.width for _ in range(min(abs(lines), len(part)))]
        moved = part[lines:] + blank if lines > 0 else blank + part[:lines]
        self._screen[top : self._bottom + 1] = moved[: len(part)]

    def _obey(self, private: str, numbers: str, letter: str) -> None:
        values = [int(number) if number else 0 for number in numbers.split(";")]
        count = max(1, values[0])
        line = self._screen[self._row]
        self._column = min(self._column, self.width - 1)
        if private == "?" and values[0] == 1049 and letter in "hl":
            self._normal, self._screen = self._screen, self._blank() if letter == "h" else self._normal
        elif letter in SILENT:
            pass
        elif letter == "H":
            self._row = min(count, self.height) - 1
            self._column = min(max(1, (values + [1])[1]), self.width) - 1
        elif letter == "r":
            self._top, self._bottom = count - 1, ((values + [0])[1] or self.height) - 1
            self._row = self._column = 0
        elif letter in "ABCDdG":
            self._move(letter, count)
        elif letter in "JK":
            if letter == "J":
                self._screen[self._row + 1 :] = [[" "] * self.width for _ in range(self._row + 1, self.height)]
            start, end = ((self._column, self.width), (0, self._column + 1), (0, self.width))[values[0]]
            line[start:end] = [" "] * (end - start)
        elif letter == "X":
            line[self._column : self._column + count] = [" "] * min(count, self.width - self._column)
        elif letter == "P":
            line[self._column :] = line[self._column + count :] + [" "] * min(count, self.width - self._column)
        elif letter == "@":
            line[self._column :] = ([" "] * count + line[self._column :])[: self.width - self._column]
        elif letter == "b":
            for _ in range(count):
                self._put(line[self._column - 1])
        elif letter in "LM":
            self._scroll(self._row, count if letter == "M" else -count)
        elif letter in "ST":
            self._scroll(self._top, count if letter == "S" else -count)
        else:
            raise AssertionError(f"the terminal does not know ESC [ {private}{numbers}{letter}")

    def _move(self, letter: str, count: int) -> None:
        if letter in "AB":
            self._row = min(max(0, self._row + (count if letter == "B" else -count)), self.height - 1)
        elif letter in "CD":
            self._column = min(max(0, self._column + (count if letter == "C" else -count)), self.width - 1)
        elif letter == "d":
            self._row = min(count, self.height) - 1
        else:
            self._column = min(count, self.width) - 1
