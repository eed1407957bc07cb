"""A place for clean copies."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from grader.errors import SubmissionRejectedError
from grader.submission.intake import Intake, IntakeLimits, take_in

Taking = Callable[..., Intake]
Refusal = Callable[..., str]


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    folder = tmp_path / "clean"
    folder.mkdir()
    return folder


@pytest.fixture
def take(tmp_path: Path) -> Taking:
    """Takes a submission in, each time into a folder of its own."""
    taken: list[Path] = []

    def take_one(
        path: Path, files: Sequence[str] = ("meteorites.py",), limits: IntakeLimits | None = None
    ) -> Intake:
        destination = tmp_path / f"taken-{len(taken)}"
        destination.mkdir()
        taken.append(destination)
        return take_in(path, files, destination, limits or IntakeLimits())

    return take_one


@pytest.fixture
def refusal(clean: Path, tmp_path: Path) -> Refusal:
    """The message of a refusal, after which nothing is left in the destination or outside it."""

    def refuse(
        path: Path, files: Sequence[str] = ("meteorites.py",), limits: IntakeLimits | None = None
    ) -> str:
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(SubmissionRejectedError) as caught:
            take_in(path, files, clean, limits or IntakeLimits())
        assert sorted(tmp_path.rglob("*")) == before
        message = str(caught.value)
        assert message.isprintable(), message
        return message

    return refuse
