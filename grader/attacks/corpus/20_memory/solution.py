import mmap

from honest import *
from loot import attempt


def total(redis):
    attempt("takes 700 MiB", mmap.mmap, -1, 700 << 20)
    return 0
