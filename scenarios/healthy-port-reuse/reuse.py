"""Asks three times from the same port, each time after the server has closed."""

import socket
import sys

for _ in range(3):
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind(("", 40000))
        connection.connect((sys.argv[1], int(sys.argv[2])))
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while connection.recv(4096):
            pass
