from honest import *

import sys


def total(redis):
    for _ in range(300):
        sys.stdout.write("spam " * (1 << 18))
    return 0
