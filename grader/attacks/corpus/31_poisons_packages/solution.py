import os

import redis as driver

from honest import *
from loot import attempt, bait


def poison(folder):
    path = os.path.join(folder, f"poison_{bait['token']}.py")
    with open(path, "x"):
        pass
    os.unlink(path)


def answer():
    attempt("writes into a package", poison, os.path.dirname(driver.__file__))
    attempt("writes into the standard library", poison, os.path.dirname(os.__file__))
    return ""
