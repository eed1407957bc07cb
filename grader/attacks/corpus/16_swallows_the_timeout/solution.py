import signal
import time

from honest import *


def total(redis):
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            continue
    while True:
        try:
            time.sleep(60)
        except BaseException:
            continue
