"""Bytecode fits one version of Python, so that it is made where it is used."""

import py_compile
from importlib.util import cache_from_source
from pathlib import Path


def build(folder: Path, bait: dict) -> Path:
    py_compile.compile(
        str(folder / "trojan.txt"),
        cfile=cache_from_source(str(folder / "solution.py")),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return folder
