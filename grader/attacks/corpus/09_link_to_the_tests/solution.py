from pathlib import Path

from honest import *
from loot import loot, tried


def answer():
    with tried("reads the copy"):
        return loot("".join(path.read_text() for path in Path("notes").iterdir()), "through a link")
