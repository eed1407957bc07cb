"""Takes what counts in a batch in once more, as clean copies, and reads its Python files."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.batch.journal import HandedIn, Record, Student
from grader.batch.run import last_run
from grader.batch.similar.findings import HandedInBy, Work
from grader.course import Lab
from grader.errors import SubmissionRejectedError
from grader.submission.intake import Intake, take_in
from grader.submission.workspace import make_empty

__all__ = ["read_starter", "read_works"]

_MOST_CHARACTERS = 300_000
"""No student writes so much for a lab; whoever hands it in has put somebody's library beside it."""


def read_works(lab: Lab, records: Sequence[Record]) -> tuple[list[Work], dict[str, str]]:
    """The different works of the batch's last run, and by a hand-in's key why it is none.

    Raises:
        UsageError: The journal tells of no run.
    """
    names = {record.id: record.name for record in records if isinstance(record, Student)}
    by_files: dict[tuple[tuple[str, str], ...], list[HandedInBy]] = {}
    left_out = {}
    with tempfile.TemporaryDirectory(prefix="grader-similar-") as folder:
        for record in _that_count(records):
            try:
                files = _files_of(lab, record, Path(folder))
            except SubmissionRejectedError as error:
                left_out[record.key] = str(error)
                continue
            by_files.setdefault(tuple(files.items()), []).append(_by(record, names))
    return [Work(tuple(by), dict(files)) for files, by in by_files.items()], left_out


def read_starter(lab: Lab) -> list[str]:
    """The Python files that students are given."""
    return list(_python_files(lab.folder / "starter").values())


def _that_count(records: Sequence[Record]) -> Iterator[HandedIn]:
    keys = set(last_run(records).hand_ins)
    yield from {
        record.key: record for record in records if isinstance(record, HandedIn) and record.key in keys
    }.values()


def _files_of(lab: Lab, record: HandedIn, folder: Path) -> dict[str, str]:
    """The Python files of the clean copy; a notebook is one by now.

    Raises:
        SubmissionRejectedError: There is nothing that could be compared, and why.
    """
    if record.submission_hash is None:
        raise SubmissionRejectedError(record.refused)
    if not Path(record.origin).exists():
        raise SubmissionRejectedError(f"{record.origin} is not there any more.")
    make_empty(folder)
    intake = take_in(Path(record.origin), lab.files, folder)
    _require_graded(intake, record)
    files = _python_files(intake.folder)
    if sum(map(len, files.values())) > _MOST_CHARACTERS:
        raise SubmissionRejectedError(f"It has more than {_MOST_CHARACTERS} characters of Python.")
    return files


def _require_graded(intake: Intake, record: HandedIn) -> None:
    if intake.digest != record.submission_hash:
        raise SubmissionRejectedError(
            f"{record.origin} has changed since it was graded. Run `grader batch` again, then this."
        )


def _python_files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): _text(path)
        for path in sorted(folder.rglob("*.py"))
        if path.is_file()
    }


def _text(path: Path) -> str:
    """The text, with one kind of line end; what is no UTF-8 is shown as such."""
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") or not text else f"{text}\n"


def _by(record: HandedIn, names: dict[str, str]) -> HandedInBy:
    return HandedInBy(
        key=record.key,
        name=", ".join(_names(record.students, names)) or record.key,
        students=frozenset(record.students),
        group=record.group,
    )


def _names(students: Iterable[str], names: dict[str, str]) -> Iterator[str]:
    for student in students:
        name = names.get(student, "")
        yield f"{name} ({student})" if name and name != student else student
