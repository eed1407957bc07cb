import sys

from honest import *


def total(redis):
    sys.setrecursionlimit(10**9)
    nested = []
    for _ in range(10**6):
        nested = [nested]
    return len(repr(nested))


def describe(item):
    sys.setrecursionlimit(10**9)
    return describe(item)
