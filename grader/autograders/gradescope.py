"""The zip that Gradescope makes an autograder of: the grader, one lab, and how to run it."""

import io
import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from grader.autograders.wheel import pack_wheel, write_entry
from grader.course import Course, Lab

__all__ = ["pack_autograder"]

_EXECUTABLE = 0o755


def pack_autograder(course: Course, lab: Lab, package: Path) -> bytes:
    """The zip file.

    Of the specimens it has the right solutions alone, which judge whose fault an exception in the rubric is.

    Args:
        package: The folder of the grader's own package.

    Raises:
        UsageError: Nobody knows what the grader needs, since it is neither installed nor in a checkout.
    """
    wheel = pack_wheel(package)
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name in ("setup.sh", "run_autograder"):
            text = (resources.files("grader.autograders") / "files" / name).read_text(encoding="utf-8")
            write_entry(archive, name, text.encode(), mode=_EXECUTABLE)
        write_entry(archive, "lab", f"{lab.id}\n".encode())
        write_entry(archive, wheel.name, wheel.content)
        for name, path in _course_files(course, lab):
            write_entry(archive, f"course/{name}", path.read_bytes())
    return memory.getvalue()


def _course_files(course: Course, lab: Lab) -> Iterator[tuple[str, Path]]:
    settings = course.root / "course.toml"
    right = {path.name for path in lab.right_ways}
    if settings.is_file():
        yield settings.name, settings
    for folder, room in ((lab.folder, "labs"), (lab.rubric, "rubrics")):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            is_wrong = parts[0] == "specimens" and right.isdisjoint(parts[1:2])
            if path.is_file() and not is_wrong and "__pycache__" not in parts:
                yield f"{room}/{lab.id}/{'/'.join(parts)}", path
