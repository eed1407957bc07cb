"""The folder of a warm process, and what else student code may write to."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.sandbox.outside.scratch import SHARED_MEMORY, Scratch

_UID = 0x6789_0000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("ends", [Scratch.empty, Scratch.remove], ids=lambda ends: ends.__name__)
def test_nothing_of_the_users_stays_in_shared_memory(tmp_path: Path, ends: Callable[[Scratch], None]) -> None:
    scratch = Scratch(tmp_path)
    scratch.give_away(_UID)
    theirs, others = SHARED_MEMORY / f"theirs-{os.getpid()}", SHARED_MEMORY / f"others-{os.getpid()}"
    (theirs / "deep").mkdir(parents=True)
    (theirs / "deep" / "file").write_bytes(b"x")
    os.chown(theirs, _UID, _UID)
    others.write_bytes(b"x")
    try:
        assert SHARED_MEMORY in scratch.writable
        ends(scratch)
        assert not theirs.exists()
        assert others.exists()
    finally:
        others.unlink()
    scratch.remove()


def test_of_shared_memory_the_graders_own_user_is_given_nothing(tmp_path: Path) -> None:
    assert SHARED_MEMORY not in Scratch(tmp_path).writable
