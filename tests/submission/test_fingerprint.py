"""Digests."""

import os
from pathlib import Path

from grader.submission.fingerprint import fingerprint

from .packing import write_folder


def test_does_not_depend_on_times_modes_order_or_empty_folders(tmp_path: Path) -> None:
    one = write_folder(tmp_path / "one", {"a": b"1", "b/c": b"2"})
    other = write_folder(tmp_path / "other", {"b/c": b"2", "a": b"1"})
    os.utime(other / "a", (1, 1))
    (other / "a").chmod(0o600)
    (other / "d").mkdir()
    assert fingerprint(one) == fingerprint(other)
    assert len(fingerprint(one)) == 64


def test_no_two_trees_run_together(tmp_path: Path) -> None:
    trees = [{"a": b"bc"}, {"ab": b"c"}, {"a": b"", "b": b"c"}, {"a/b": b"c"}, {"a": b"b", "c": b""}, {}]
    digests = {fingerprint(write_folder(_made(tmp_path / str(i)), files)) for i, files in enumerate(trees)}
    assert len(digests) == len(trees)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
