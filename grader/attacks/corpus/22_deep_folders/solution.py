import os

from honest import *
from loot import tried

DEPTH = 1200


def total(redis):
    for start in (".", os.environ.get("HOME", "."), os.environ.get("TMPDIR", ".")):
        with tried(f"builds in {start}"):
            here = os.open(start, os.O_RDONLY)
            for _ in range(DEPTH):
                os.mkdir("x" * 200, dir_fd=here)
                inner = os.open("x" * 200, os.O_RDONLY, dir_fd=here)
                os.close(here)
                here = inner
            os.mkdir(b"\xff\n\x1b[31m", 0o000, dir_fd=here)
            os.symlink("/etc", "link", dir_fd=here)
            os.close(here)
    os.chmod(".", 0)
    return 0
