"""Specimens: submissions of a lab whose score is known, and what `specimens.toml` says of them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from grader.course import Lab
from grader.errors import CourseError
from grader.scoring import parse_points

__all__ = ["Kind", "Specimen", "headings", "known_specimens", "read_specimens"]

_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_TEXTS = ("says", "teaches", "section")
_LISTS = ("fails", "blocked")
_KEYS = {*_TEXTS, *_LISTS, "score"}


class Kind(StrEnum):
    """What a specimen stands for."""

    REFERENCE = "reference"
    """The lab's own solution; full marks."""
    ALTERNATIVE = "alternative"
    """Another right way; full marks."""
    STARTER = "starter"
    """What students are given; no points."""
    MISTAKE = "mistake"
    """A mistake that students make; some checks must fail."""


@dataclass(frozen=True)
class Specimen:
    """A submission whose score is known.

    Attributes:
        says: The mistake, or the way, in one sentence.
        score: The exact points.
        fails: The checks that end failed or partial.
        blocked: The checks that are blocked by those.
        teaches: What is said to a student whose work looks like this; empty if nothing is.
        section: The handout's heading under which more about it stands.
    """

    name: str
    says: str
    score: Decimal
    fails: frozenset[str]
    blocked: frozenset[str]
    teaches: str = ""
    section: str = ""

    @property
    def kind(self) -> Kind:
        """What it stands for, by its name."""
        if self.name in {Kind.REFERENCE, Kind.STARTER}:
            return Kind(self.name)
        return Kind.ALTERNATIVE if self.name.startswith("alternative_") else Kind.MISTAKE

    @property
    def lesson(self) -> tuple[str, str]:
        """What is said of it, and where more stands."""
        return self.teaches, self.section

    def pattern(self, checks: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Which of these checks fail, and which are blocked."""
        return self.fails & checks, self.blocked & checks


def read_specimens(lab: Lab) -> tuple[Specimen, ...]:
    """Reads `specimens.toml`, the reference first.

    Raises:
        CourseError: It is missing or wrong, or does not name the same specimens as the folders.
    """
    path = lab.rubric / "specimens.toml"
    if not path.is_file():
        raise CourseError(f"The lab {lab.id} has no {path}; without it nothing tests its rubric.")
    specimens = known_specimens(lab)
    names = {specimen.name for specimen in specimens}
    folders = {folder.name for folder in lab.specimens.iterdir() if folder.is_dir()}
    if lost := ", ".join(sorted(names - folders)):
        raise CourseError(f"{path} names {lost}, and {lab.specimens} has no such folder.")
    if unnamed := ", ".join(sorted(folders - names)):
        raise CourseError(f"{lab.specimens} has the folder {unnamed}, and {path} has no table of that name.")
    required = {Kind.REFERENCE.value, Kind.STARTER.value} - names
    if required:
        raise CourseError(f"{path} needs the specimens {', '.join(sorted(required))}.")
    order = list(Kind)
    return tuple(sorted(specimens, key=lambda specimen: order.index(specimen.kind)))


def known_specimens(lab: Lab) -> tuple[Specimen, ...]:
    """What `specimens.toml` says, in its order, whatever folders there are; nothing if there is no file.

    Raises:
        CourseError: It is wrong.
    """
    path = lab.rubric / "specimens.toml"
    if not path.is_file():
        return ()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{path} is no TOML: {error}.") from error
    return tuple(_specimen(lab, name, table) for name, table in tables.items())


def headings(lab: Lab) -> tuple[str, ...]:
    """The headings of the lab's handout; none if it has no handout."""
    handout = lab.folder / "README.md"
    return tuple(_HEADING.findall(handout.read_text(encoding="utf-8"))) if handout.is_file() else ()


def _specimen(lab: Lab, name: str, table: Any) -> Specimen:  # noqa: ANN401 - whatever stands in the file
    if not isinstance(table, Mapping) or set(table) - _KEYS or "says" not in table:
        known = ", ".join(sorted(_KEYS))
        raise CourseError(f"specimens.toml of {lab.id}: [{name}] needs says and score, and may have {known}.")
    texts = {key: table.get(key, "") for key in _TEXTS}
    lists = {key: table.get(key, []) for key in _LISTS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise CourseError(f"specimens.toml of {lab.id}: [{name}] {', '.join(_TEXTS)} are texts.")
    if not all(isinstance(ids, list) and all(isinstance(one, str) for one in ids) for ids in lists.values()):
        raise CourseError(f"specimens.toml of {lab.id}: [{name}] {' and '.join(_LISTS)} are lists of texts.")
    return Specimen(
        name=name,
        score=parse_points(table.get("score")),
        fails=frozenset(lists["fails"]),
        blocked=frozenset(lists["blocked"]),
        **texts,
    )
