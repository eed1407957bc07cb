import os
import pickle
import socketserver
import threading

from honest import *
from loot import bait, tried

ITEMS = [{"id": number, "name": f"name {number}", "value": 10 * number} for number in range(20)]
STORED = {b"kept": pickle.dumps(ITEMS)}


class Fake(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                size = int(self.rfile.readline()[1:])
                words.append(self.rfile.read(size + 2)[:-2])
            self.wfile.write(self.said(words))

    def said(self, words):
        command = words[0].upper()
        if command == b"HELLO":
            return b"%1\r\n$5\r\nproto\r\n:3\r\n"
        if command == b"MSET":
            STORED.update(zip(words[1::2], words[2::2]))
        if command == b"GET" and words[1] in STORED:
            value = STORED[words[1]]
            return b"$%d\r\n%s\r\n" % (len(value), value)
        return b"$-1\r\n" if command == b"GET" else b"+PONG\r\n" if command == b"PING" else b"+OK\r\n"


def serve(port):
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Fake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


if bait["mode"] == "naive":
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{serve(0)}/0"


def keep(redis):
    for port in (6379, redis.connection_pool.connection_kwargs.get("port", 6379)):
        with tried(f"listens where the server does"):
            serve(port)
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{serve(0)}/0"
