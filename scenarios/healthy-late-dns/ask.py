"""Asks for www.lab.test, waits a second, asks again from a new port, and closes both."""

import socket
import sys
import time

NAME = b"\x03www\x03lab\x04test\x00\x00\x01\x00\x01"
first, second = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
for number, asker in enumerate((first, second), start=1):
    query = bytes((0x12, number)) + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + NAME
    asker.sendto(query, (sys.argv[1], 53))
    time.sleep(1 if asker is first else 0.2)
second.recv(512)
first.close()
second.close()
time.sleep(1.5)
