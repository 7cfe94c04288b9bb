"""Copies IPv6 frames of eth0 to a collector, in GRE as ERSPAN type I does (EtherType 88BE)."""

import socket
import sys

ETH_P_ALL = 3
source = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
source.bind(("eth0", 0))
collector = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
collector.connect((sys.argv[1], 0))
while True:
    frame = source.recv(65535)
    if frame[12:14] == b"\x86\xdd":
        collector.send(b"\x00\x00\x88\xbe" + frame)
