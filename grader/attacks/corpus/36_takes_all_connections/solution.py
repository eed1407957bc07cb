import os
import socket
import time
from urllib.parse import urlsplit

from honest import *
from loot import tried

PROCESSES, EACH = 20, 200


def total(redis):
    parts = urlsplit(os.environ["REDIS_URL"])
    for _ in range(PROCESSES):
        if os.fork() == 0:
            kept = []
            with tried("opens connections"):
                kept = [socket.create_connection((parts.hostname, parts.port), 1) for _ in range(EACH)]
            time.sleep(10 + 0 * len(kept))
            os._exit(0)
    time.sleep(1)
    return 0
