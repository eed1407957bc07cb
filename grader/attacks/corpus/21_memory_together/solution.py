import os
import time

from honest import *
from loot import got, tried

MANY, EACH = 9, 260 << 20


def answer():
    ready, told = os.pipe()
    with tried("takes memory in many processes"):
        for _ in range(MANY):
            if os.fork() == 0:
                kept = b"x" * EACH
                os.write(told, kept[:1])
                time.sleep(10)
                os._exit(0)
        os.close(told)
        seen = 0
        while seen < MANY and os.read(ready, 1):
            seen += 1
        time.sleep(0.5)
        if seen == MANY:
            got(f"{MANY * EACH >> 20} MiB in {MANY} processes")
    return ""
