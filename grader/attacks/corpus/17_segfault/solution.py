import ctypes

from honest import *


def total(redis):
    return ctypes.string_at(0)
