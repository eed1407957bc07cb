"""The files that a lab asks for: where they lie in a submission, and help when they do not."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath

from grader.errors import CourseError, SubmissionRejectedError
from grader.submission.intake.entry import Parts
from grader.submission.intake.ignored import left_out
from grader.submission.intake.names import parts_of, shown
from grader.submission.intake.survey import Survey

_LISTED = 8
_COPY_MARK = re.compile(r"([ _-]*\(\d+\)|[ _-]+(copy|copia|copie|kopie|final|new|old|v?\d+))$")
_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")


class Wanted:
    """What a lab asks for.

    Args:
        files: Paths from the submission's root; one that ends in `/` is a folder.

    Raises:
        CourseError: Intake could never give one of them.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self.files = tuple(parts_of(name) for name in files if not name.endswith("/"))
        self.folders = tuple(parts_of(name) for name in files if name.endswith("/"))
        for parts in (*self.files, *self.folders):
            if not parts or left_out(parts):
                raise CourseError(
                    f"The lab asks for {shown(parts)}, which intake always leaves out. "
                    "Mend the list of files in lab.toml."
                )

    def missing(self, found: Survey, root: Parts) -> list[Parts]:
        """What is not there if a folder is taken as the root."""
        return [
            *(parts for parts in self.files if root + parts not in found.files),
            *(parts for parts in self.folders if root + parts not in found.folders),
        ]


def find_root(found: Survey, wanted: Wanted) -> Parts:
    """Finds the folder that is the submission: the top, or one folder in it that has all that is asked for.

    Raises:
        SubmissionRejectedError: Something is missing; says what, what was found, and what to do.
    """
    top = _unwrapped(found, wanted)
    if not wanted.missing(found, top):
        return top
    inner = [folder for folder in found.folders if folder[:-1] == top and not wanted.missing(found, folder)]
    if len(inner) == 1:
        return inner[0]
    if inner:
        raise SubmissionRejectedError(
            f"{_joined(sorted(inner))} all hold {_joined([*wanted.files, *wanted.folders])}. "
            "Hand in the one that you want to be graded."
        )
    raise SubmissionRejectedError(_explanation(found, wanted.missing(found, top), top))


def _unwrapped(found: Survey, wanted: Wanted) -> Parts:
    """Goes down while all there is lies in one single folder, as in the zips of a Mac or of GitHub."""
    top: Parts = ()
    while wanted.missing(found, top):
        depth = len(top)
        inside = {path[: depth + 1] for path in found.paths if len(path) > depth}
        if len(inside) != 1 or not inside <= found.folders:
            break
        top = inside.pop()
    return top


def _explanation(found: Survey, missing: list[Parts], top: Parts) -> str:
    files = sorted(found.files)
    links = [parts for parts in missing if top + parts in found.links]
    if links:
        return f"{_joined(links)} is a link, and links are not followed. Hand in the file itself."
    verb = "is" if len(missing) == 1 else "are"
    sentences = [f"{_joined(missing)} {verb} missing. {_found(files)}"]
    hints = [hint for parts in missing if (hint := _hint(parts, files))]
    archives = [file for file in files if file[-1].casefold().endswith(_ARCHIVES)]
    if not hints and archives:
        hints = [f"{shown(archives[0])} is packed: unpack it, or hand it in by itself."]
    return " ".join([*sentences, *(hints or [f"Hand in {_joined(missing)}, named exactly so."])])


def _found(files: list[Parts]) -> str:
    if not files:
        return "No files were found at all."
    more = f" and {len(files) - _LISTED} more" if len(files) > _LISTED else ""
    return f"Found: {', '.join(shown(file) for file in files[:_LISTED])}{more}."


def _hint(wanted: Parts, files: list[Parts]) -> str:
    """The likeliest reason why a file is not found, with what to do about it."""
    for is_like, advice in _LIKENESSES:
        near = [file for file in files if is_like(file, wanted)]
        if near:
            return advice.format(found=shown(near[0]), wanted=shown(wanted))
    names = {file[-1].casefold(): file for file in files}
    close = get_close_matches(wanted[-1].casefold(), names, n=1)
    if close:
        return f"Is it {shown(names[close[0]])}? Then rename it to {shown(wanted)}."
    return ""


def _before_copying(name: str) -> str:
    """The name that was before a browser, a file manager or a careful student changed it."""
    path = PurePosixPath(name.casefold())
    stem = path.stem
    while (shorter := _COPY_MARK.sub("", stem)) != stem:
        stem = shorter
    return stem + path.suffix


_LIKENESSES = (
    (
        lambda file, wanted: file[-1] == wanted[-1],
        "{found} lies in another folder: move it so that its path is {wanted}.",
    ),
    (
        lambda file, wanted: file[-1].casefold() == wanted[-1].casefold(),
        "{found} differs in upper and lower case: rename it to {wanted}.",
    ),
    (
        lambda file, wanted: _before_copying(file[-1]) == wanted[-1].casefold(),
        "{found} seems to be a copy of it: rename it to {wanted}.",
    ),
    (
        lambda file, wanted: file[-1].casefold() == wanted[-1].casefold() + ".txt",
        "{found} has a second ending, which your system may hide: rename it to {wanted}.",
    ),
    (
        lambda file, _: PurePosixPath(file[-1].casefold()).suffix == ".ipynb",
        "{found} is a notebook: export it as a Python file (executable script) named {wanted}.",
    ),
)


def _joined(paths: Iterable[Parts]) -> str:
    names = [shown(parts) for parts in paths]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
