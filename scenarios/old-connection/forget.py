"""Opens a connection, forgets it (its RST is dropped on the way), and opens another from the same port."""

import contextlib
import socket
import struct
import sys
import time

PORT = 41007


def client() -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Closing then resets at once and leaves no TIME_WAIT behind.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.bind(("", PORT))
    return sock


target = (sys.argv[1], int(sys.argv[2]))
with client() as first:
    first.connect(target)
    first.sendall(b"hello\n")
    time.sleep(0.3)
with client() as second, contextlib.suppress(OSError):
    second.settimeout(5)
    second.connect(target)
    sys.exit("the second connection opened")
