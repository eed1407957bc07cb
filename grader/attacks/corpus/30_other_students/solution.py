import os
import time
from pathlib import Path

from honest import *
from loot import attempt, bait, loot, tried

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/data", "/home", "/root", "..", os.path.expanduser("~"))


def answer():
    found = ""
    with tried("reads another's submission"):
        found = loot(Path(bait["neighbour"]).read_text(), "of another student")
    attempt("lists the folders of runs", lambda: os.listdir(bait["state"])[0])
    give_up = time.monotonic() + 1.5
    for place in PLACES:
        for folder, _, names in os.walk(place):
            for name in names:
                if time.monotonic() > give_up:
                    return found
                path = Path(folder, name)
                if name.endswith((".py", ".json", ".txt", ".db", ".xml")) and path.is_file():
                    with tried("reads a file"):
                        found = found or loot(path.read_text(errors="replace"), f"in {path.name}")
    return found
