"""Takes GRE and says nothing; without it the kernel would send protocol-unreachable."""

import socket

collector = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
while True:
    collector.recv(65535)
