import os
import signal

from honest import *
from loot import bait, got


def total(redis):
    if bait["mode"] == "naive":
        os.kill(os.getppid(), 0)
        got("to its parent")
    else:
        os.kill(os.getppid(), signal.SIGKILL)
        os.killpg(0, signal.SIGKILL)
    return 0
