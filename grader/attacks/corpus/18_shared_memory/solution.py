import ctypes

from honest import *
from loot import got, tried

KEY = 0x0BA17


def total(redis):
    with tried("makes shared memory"):
        libc = ctypes.CDLL(None, use_errno=True)
        number = libc.shmget(KEY, 4096, 0o1666)
        if number < 0:
            raise OSError(ctypes.get_errno(), "shmget")
        if _seen_outside():
            got("shared memory that stays")
        libc.shmctl(number, 0, None)
    return 0


def _seen_outside():
    """In a namespace of its own it goes with the namespace: there the first segment has the number 0."""
    with open("/proc/sysvipc/shm") as file:
        return len(file.readlines()) > 1
