"""Sends a hundred segments, a millisecond apart, to whoever connects to port 9000."""

import socket
import time

listener = socket.create_server(("", 9000))
while True:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(100):
        connection.sendall(b"x" * 1000)
        time.sleep(0.001)
    connection.close()
