"""Writes a new lab from the templates: all of it, or nothing.

A template's `<<word>>` stands for what the lab or its service has for that word. Templates of Python files
end in `.template`, so that no tool takes them for code.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from grader.errors import GraderError, UsageError
from grader.new_lab.service import SERVICES

__all__ = ["NewLab", "make_lab"]

_WORD = re.compile(r"<<([^<>\n]+)>>")
_FOR_EVERY_SERVICE = "any_service"
_OF_THE_LAB = {"lab.toml", "README.md"}
_STARTER = "starter.py"


@dataclass(frozen=True)
class NewLab:
    """A lab that is to be made.

    Attributes:
        id: Names its folders and the students' module.
        title: What people read, on one line.
        service: The one that it uses; of `SERVICES`.
    """

    id: str
    title: str
    service: str

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.title.isprintable():
            raise UsageError(f"The title {self.title!r} must be one line of text that can be printed.")

    @property
    def words(self) -> Mapping[str, str]:
        """What stands in the templates for `<<word>>`."""
        # What JSON writes for a printable text is a basic string of TOML's too.
        as_toml = json.dumps(self.title, ensure_ascii=False)
        own = {"id": self.id, "title": self.title, "title as a TOML string": as_toml}
        return {**SERVICES[self.service].words, **own}


def make_lab(new: NewLab, root: Path) -> tuple[Path, ...]:
    """Makes `labs/<id>` and `rubrics/<id>`, and the two folders above if they are not there.

    Args:
        root: The course. It must not have a lab of this id.

    Returns:
        The files, sorted.

    Raises:
        GraderError: The disk refuses; then nothing is left of it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".new-lab-", dir=root) as draft, ExitStack() as undo:
            for name, text in _files(new):
                path = Path(draft, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            for folder in (Path("labs", new.id), Path("rubrics", new.id)):
                (root / folder).parent.mkdir(exist_ok=True)
                (Path(draft) / folder).rename(root / folder)
                undo.callback(shutil.rmtree, root / folder)
            undo.pop_all()
    except OSError as error:
        raise GraderError(f"The lab {new.id} cannot be written to {root}: {error}.") from error
    return tuple(sorted(root / name for name, _ in _files(new)))


def _files(new: NewLab) -> Iterator[tuple[str, str]]:
    """Each file of the lab, by its path in the course."""
    words = new.words
    for name, template in _templates(SERVICES[new.service].templates):
        text = _WORD.sub(lambda match: words[match[1]], template)
        for place in _places(new.id, name):
            yield place, text


def _places(lab_id: str, name: str) -> tuple[str, ...]:
    path = PurePosixPath(name)
    if name in _OF_THE_LAB:
        return (f"labs/{lab_id}/{name}",)
    if name == _STARTER:
        return f"labs/{lab_id}/starter/{lab_id}.py", f"rubrics/{lab_id}/specimens/starter/{lab_id}.py"
    if path.parent.name == "specimens":
        return (f"rubrics/{lab_id}/specimens/{path.stem}/{lab_id}.py",)
    return (f"rubrics/{lab_id}/{name}",)


def _templates(folder: str) -> Iterator[tuple[str, str]]:
    top = resources.files("grader.new_lab") / "templates"
    yield from _texts(top / _FOR_EVERY_SERVICE, "")
    yield from _texts(top / folder, "")


def _texts(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _texts(entry, f"{name}/")
        else:
            yield name.removesuffix(".template"), entry.read_text(encoding="utf-8")
