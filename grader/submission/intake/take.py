"""Takes a submission in: one clean copy, whatever was handed in."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.submission.fingerprint import fingerprint
from grader.submission.intake.clean import write_clean
from grader.submission.intake.entry import IntakeLimits, Parts
from grader.submission.intake.ignored import LeftOut, notes_on
from grader.submission.intake.names import shown
from grader.submission.intake.notebooks.stand_ins import add_converted
from grader.submission.intake.required import Wanted, find_root
from grader.submission.intake.shadow import notes_on_shadows
from grader.submission.intake.sources.opened import opened
from grader.submission.intake.survey import Survey, survey
from grader.submission.workspace import empty_tree

_USUAL_LIMITS = IntakeLimits()


@dataclass(frozen=True)
class Intake:
    """A submission that has been taken in.

    Attributes:
        folder: The clean copy: regular files and folders only, with fixed modes and times.
        digest: What it is, by its paths and bytes; the same for a folder and its archives.
        notes: Sentences for the student: what was left out, and why.
    """

    folder: Path
    digest: str
    notes: tuple[str, ...]


def take_in(
    path: Path, files: Sequence[str], destination: Path, limits: IntakeLimits = _USUAL_LIMITS
) -> Intake:
    """Makes a clean copy of a submission: a folder, a zip, a tar, or the one file that the lab asks for.

    Where a notebook was handed in instead of a Python file, its code becomes that file.

    Args:
        files: What the lab asks for, from the submission's root; a name that ends in `/` is a folder.
        destination: An empty folder, which belongs to the caller; empty again after an error.

    Raises:
        SubmissionRejectedError: Something is missing or not taken; says what, and what to do.
        CourseError: The lab asks for a file that intake always leaves out.
        UsageError: The destination is no empty folder.
        GraderError: The disk cannot be read or written.
    """
    wanted = Wanted(files)
    _require_empty(destination)
    with ExitStack() as undo:
        undo.callback(empty_tree, destination)
        with opened(path, limits) as source:
            found = survey(source, limits)
            converted = add_converted(found, wanted)
            root = find_root(found, wanted)
            kept = {parts[len(root) :]: entry for parts, entry in found.files.items() if _is_in(parts, root)}
            write_clean(kept, wanted.folders, destination, limits)
        digest = fingerprint(destination)
        undo.pop_all()
    converted_notes = (note for parts, note in converted.items() if _is_in(parts, root))
    notes = (
        *_notes_on_root(found, root),
        *converted_notes,
        *notes_on(_left_out(found, root)),
        *notes_on_shadows(kept),
    )
    return Intake(destination, digest, notes)


def _require_empty(destination: Path) -> None:
    if not destination.is_dir() or any(destination.iterdir()):
        raise UsageError(f"{destination} is no empty folder. The clean copy needs one of its own.")


def _is_in(parts: Parts, root: Parts) -> bool:
    return parts[: len(root)] == root


def _notes_on_root(found: Survey, root: Parts) -> tuple[str, ...]:
    if not root:
        return ()
    beside = not all(_is_in(parts, root) for parts in found.files)
    unused = " What lies beside it is not used." if beside else ""
    return (f"The folder {shown(root)} is taken as the submission.{unused}",)


def _left_out(found: Survey, root: Parts) -> list[LeftOut]:
    """What is left out of the submission itself, named from its root."""
    return [
        LeftOut(thing.parts[len(root) :], thing.reason)
        for thing in found.left_out
        if _is_in(thing.parts, root) and thing.parts != root
    ]
