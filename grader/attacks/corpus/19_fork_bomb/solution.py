import os
import time

from honest import *
from loot import got, tried

MANY = 300


def total(redis):
    with tried("starts processes"):
        for _ in range(MANY):
            if os.fork() == 0:
                time.sleep(20)
                os._exit(0)
        got(f"{MANY} processes")
    return 0
