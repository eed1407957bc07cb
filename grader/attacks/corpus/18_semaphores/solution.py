import ctypes

from honest import *
from loot import got, tried


def total(redis):
    with tried("makes semaphores"):
        libc = ctypes.CDLL(None, use_errno=True)
        number = libc.semget(0, 32_000, 0o600)
        if number < 0:
            raise OSError(ctypes.get_errno(), "semget")
        libc.semctl(number, 0, 0)
        got("semaphores that stay")
    return 0
