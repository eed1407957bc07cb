import os

from honest import *
from loot import got, tried


def total(redis):
    with tried("makes files"):
        for number in range(60_000):
            os.close(os.open(f"small{number}", os.O_CREAT))
        got("60,000 files")
    return 0
