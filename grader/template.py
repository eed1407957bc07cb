"""The template repository: what every student's repository is made from, with one folder a lab.

It is a skeleton (README, workflow, devcontainer) and, for each lab of the course, the starter with the
handout beside it. `student_template/` in a checkout is the skeleton and a filled template at once: filling it
again keeps its labs in step with their starters.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course, Lab, builtin_root
from grader.errors import CourseError, UsageError
from grader.reports.base import write_atomically

__all__ = ["Source", "fill_template", "lab_files", "read_source", "skeleton_files", "skeleton_root"]

PLACEHOLDER = "OWNER/dblab-grader"
"""What the skeleton says where the repository with the grader is to be named."""

_REQUIREMENT = "dblab-grader[local]"
_SOURCE = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)@(?P<ref>[\w./-]+)")
_NOT_HANDED_OUT = frozenset({"__pycache__", ".DS_Store"})


@dataclass(frozen=True)
class Source:
    """Where students' repositories take the grader from.

    Attributes:
        repository: On GitHub, as `owner/name`.
        ref: A commit, tag or branch.
    """

    repository: str
    ref: str


def read_source(text: str) -> Source:
    """Reads `OWNER/NAME@REF`.

    Raises:
        UsageError: It is written in another way.
    """
    match = _SOURCE.fullmatch(text)
    if match is None:
        raise UsageError(f"--grader {text}: write OWNER/NAME@REF, as your-school/dblab-grader@v0.1.0.")
    return Source(match["repository"], match["ref"])


def fill_template(
    course: Course, target: Path, source: Source | None, *, over: bool = False
) -> tuple[str, ...]:
    """Writes a template repository with all labs of a course, and gives their ids.

    Args:
        source: Is written into the workflow and the requirements; None leaves what the skeleton has.
        over: Write into a folder that has files already; a lab's folder is then made anew.

    Raises:
        UsageError: The target has files already, or cannot be written to.
        CourseError: The skeleton is not there.
    """
    if not over and target.is_dir() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty. Choose a new folder, or write over its files with --over.")
    root = skeleton_root(course)
    lab_ids = course.lab_ids()
    skeleton = {name: path.read_bytes() for name, path in skeleton_files(root, lab_ids)}
    for name, content in skeleton.items():
        write_atomically(target / name, _pointed(content, source))
    for lab_id in lab_ids:
        if (target / lab_id).is_dir():
            shutil.rmtree(target / lab_id)
        for name, path in lab_files(course.lab(lab_id)).items():
            write_atomically(target / lab_id / name, path.read_bytes())
    return lab_ids


def skeleton_root(course: Course) -> Path:
    """The course's own `student_template/`, else the one that comes with the grader.

    Raises:
        CourseError: Neither is there.
    """
    for root in (course.root, builtin_root()):
        if (root / "student_template" / "README.md").is_file():
            return root / "student_template"
    raise CourseError(f"There is no student_template/README.md in {course.root}, and none with the grader.")


def skeleton_files(root: Path, lab_ids: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """The files of a skeleton that belong to no lab, by their path in it."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and parts[0] not in lab_ids and _NOT_HANDED_OUT.isdisjoint(parts):
            yield "/".join(parts), path


def lab_files(lab: Lab) -> Mapping[str, Path]:
    """What stands in a student's folder of a lab: the starter, and the handout beside it.

    The handout is README.md there too, unless the starter has a README.md for the student to write.
    """
    starter = lab.folder / "starter"
    files = {
        path.relative_to(starter).as_posix(): path
        for path in sorted(starter.rglob("*"))
        if path.is_file() and _NOT_HANDED_OUT.isdisjoint(path.parts)
    }
    handout = lab.folder / "README.md"
    if handout.is_file():
        files["HANDOUT.md" if "README.md" in files else "README.md"] = handout
    return files


def _pointed(content: bytes, source: Source | None) -> bytes:
    """A file of the skeleton that names the repository with the grader."""
    if source is None:
        return content
    text = content.decode("utf-8")
    text = re.sub(
        rf"{PLACEHOLDER}(?P<path>/[\w./-]*)@REF",
        lambda match: f"{source.repository}{match['path']}@{source.ref}",
        text,
    )
    requirement = f"{_REQUIREMENT} @ git+https://github.com/{source.repository}@{source.ref}"
    return re.sub(rf"^{re.escape(_REQUIREMENT)}$", lambda _: requirement, text, flags=re.MULTILINE).encode()
