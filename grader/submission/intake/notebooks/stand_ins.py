"""Finds the notebooks that stand for a Python file which the lab asks for and nobody handed in."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from grader.submission.intake.entry import Parts
from grader.submission.intake.names import shown
from grader.submission.intake.required import Wanted
from grader.submission.intake.survey import Survey

_ENDING = ".ipynb"


def add_converted(found: Survey, wanted: Wanted) -> dict[Parts, str]:
    """Puts the code of notebooks beside them, as the files that the lab asks for.

    Returns:
        A note for the student on each, by the path of the new file.

    Raises:
        SubmissionRejectedError: A notebook that is needed cannot be read.
    """
    notes = {}
    for notebook, target in list(_stand_ins(found, wanted)):
        # Only here, since hardly anybody hands in a notebook, and reading one needs `json`.
        from grader.submission.intake.notebooks.code import converted_entry  # noqa: PLC0415

        found.files[target], commented = converted_entry(notebook, found.files[notebook])
        lines = "1 line" if commented == 1 else f"{commented} lines"
        shell = f" {lines} for the notebook itself (% or !) became comments." if commented else ""
        notes[target] = (
            f"{shown(target)} is made from the code cells of {shown(notebook)}, in their order.{shell}"
        )
    return notes


def _stand_ins(found: Survey, wanted: Wanted) -> Iterator[tuple[Parts, Parts]]:
    """Each notebook that is needed, and the file that it stands for."""
    notebooks = [parts for parts in found.files if parts[-1].casefold().endswith(_ENDING)]
    if not notebooks:
        return
    missing = [
        file
        for file in wanted.files
        if file[-1].endswith(".py") and not any(parts[-len(file) :] == file for parts in found.files)
    ]
    for file in missing:
        named = [parts for parts in notebooks if _as_python(parts)[-len(file) :] == file]
        has_python = any(parts[-1].endswith(".py") for parts in found.files)
        if named:
            yield from ((parts, _as_python(parts)) for parts in named)
        elif len(notebooks) == len(missing) == len(wanted.files) == len(file) == 1 and not has_python:
            # There is nothing else that it could be, whatever it is called.
            yield notebooks[0], (*notebooks[0][:-1], *file)


def _as_python(notebook: Parts) -> Parts:
    return (*notebook[:-1], f"{PurePosixPath(notebook[-1]).stem}.py")
