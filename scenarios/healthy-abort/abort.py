"""Asks for a page, reads the answer and ends the connection with RST."""

import socket
import struct
import sys
import time

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
    connection.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
    time.sleep(0.5)
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
