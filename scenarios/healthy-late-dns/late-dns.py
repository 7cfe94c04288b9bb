"""A DNS server that answers the first question after two seconds, every other one at once."""

import socket
import threading

ANSWER = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x0a\x09\x02\x02"

server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
server.bind(("::", 53))
delay = 2.0
while True:
    query, client = server.recvfrom(512)
    reply = query[:2] + b"\x85\x80\x00\x01\x00\x01\x00\x00\x00\x00" + query[12:] + ANSWER
    threading.Timer(delay, server.sendto, (reply, client)).start()
    delay = 0.0
