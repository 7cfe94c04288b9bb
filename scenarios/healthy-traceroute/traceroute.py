"""What traceroute sends: UDP with hop limits 1, 2, 3 …, three probes each, a new port each."""

import socket
import sys
import time

port = 33434
for hops in range(1, 7):
    for _ in range(3):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
            probe.sendto(b"x" * 32, (sys.argv[1], port))
        port += 1
        time.sleep(0.2)
