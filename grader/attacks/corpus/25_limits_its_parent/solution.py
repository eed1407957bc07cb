import os
import resource

from honest import *
from loot import got, tried


def total(redis):
    parent = os.getppid()
    with tried("sets its parent's limits"):
        resource.prlimit(parent, resource.RLIMIT_CORE, (0, 0))
        got("to its parent's limits")
    with tried("sets its parent's priority"):
        os.setpriority(os.PRIO_PROCESS, parent, os.getpriority(os.PRIO_PROCESS, parent))
        got("to its parent's priority")
    return 0
