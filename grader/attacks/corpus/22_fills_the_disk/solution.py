import os
import shutil

from honest import *
from loot import bait, got, tried


def total(redis):
    if bait["mode"] == "naive" and shutil.disk_usage(".").free < 5 << 30:
        return 0
    with tried("fills the disk"):
        for number in range(3):
            with open(f"large{number}", "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 200 << 20)
        got("600 MiB of disk")
    return 0
