"""Folders inside each other, deeper than any path can say."""

import os
from pathlib import Path


def nest(folder: Path, levels: int) -> None:
    """Makes a chain of folders; whoever asks removes it, since it is deeper than pytest can."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
