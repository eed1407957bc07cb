import os
import time

from honest import *


def total(redis):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (0, 1, 2):
                os.close(number)
            time.sleep(30)
        os._exit(0)
    return 0
