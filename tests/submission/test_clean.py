"""Writing the clean copy: lying sizes, and a disk that is full."""

import errno
import io
import os
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import pytest

from grader.errors import SubmissionRejectedError
from grader.submission.intake import IntakeLimits
from grader.submission.intake.clean import write_clean
from grader.submission.intake.entry import Entry, Kind

from .packing import SOLUTION, write_folder


def zeros() -> AbstractContextManager[BinaryIO]:
    return nullcontext(io.BytesIO(bytes(500_000)))


def test_lying_size_is_stopped_by_the_bytes_that_come(tmp_path: Path) -> None:
    limits = IntakeLimits(total_bytes=100_000)
    endless = Entry("endless", Kind.FILE, 1, zeros)
    with pytest.raises(SubmissionRejectedError, match="holds more than it says"):
        write_clean({("endless",): endless}, (), tmp_path, limits)
    assert (tmp_path / "endless").stat().st_size <= 100_000


def test_full_disk_is_the_graders_fault_and_leaves_nothing(tmp_path: Path) -> None:
    """In a process that may write files of 100 kB at most, which the system refuses like a full disk."""
    folder = write_folder(tmp_path / "project", {**SOLUTION, "data.csv": b"x" * 300_000})
    (tmp_path / "clean").mkdir()
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from grader.submission.intake import take_in; from grader.errors import GraderError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: take_in(Path(sys.argv[1]), ['meteorites.py'], Path(sys.argv[2]))\n"
        "except GraderError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program, str(folder), str(tmp_path / "clean")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "could not be written" in answer
    assert os.strerror(errno.EFBIG) in answer
    assert list((tmp_path / "clean").iterdir()) == []
