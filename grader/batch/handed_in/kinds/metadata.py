"""Gradescope's `submission_metadata.yml`, read as a stream.

Ruby writes it, with tags of its own, and with all that the students' programs printed. Only the few values
that are wanted are ever kept, and nothing is made of tags, merges or references.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import BinaryIO

import yaml

from grader.errors import UsageError

_MOST_DEPTH = 5
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}:\d{2})(?:\.\d+)?\s*"
    r"(?:Z|UTC|([+-])(\d{2}):?(\d{2}))\Z"
)
Path = tuple[str | int, ...]


@dataclass
class Submission:
    """What the metadata says about one submission.

    Attributes:
        submitters: For each the values by their names, as `name`, `email`, `sid`.
    """

    submitters: dict[int, dict[str, str]] = field(default_factory=dict)
    submitted_at: datetime | None = None


def read_metadata(file: BinaryIO) -> dict[str, Submission]:
    """Reads the metadata, by the names of the submissions' folders.

    Raises:
        UsageError: It is no YAML, or not this one.
    """
    found: dict[str, Submission] = {}
    try:
        for path, value in _values(file):
            submission = found.setdefault(str(path[0]), Submission())
            match path[1:]:
                case (":submitters", int(number), str(key)):
                    submission.submitters.setdefault(number, {})[key.lstrip(":")] = value
                case (":created_at",) | (":created_at", "utc"):
                    submission.submitted_at = _time(value)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(
            f"submission_metadata.yml cannot be read: {str(error).splitlines()[0]}. "
            "Export the submissions again."
        ) from error
    return found


def _time(value: str) -> datetime | None:
    found = _TIME.match(value.strip())
    if found is None:
        return None
    day, time, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        return datetime.strptime(f"{day} {time}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:
        return None


class _Frame:
    """A mapping or a sequence that the stream is in."""

    def __init__(self, *, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.key: str | int | None = None if is_mapping else -1

    def step(self) -> None:
        """Says that another value begins in a sequence."""
        if isinstance(self.key, int):
            self.key += 1

    def close_value(self) -> None:
        """Says that a value is complete; in a mapping a key comes next."""
        if self.is_mapping:
            self.key = None


def _values(file: BinaryIO) -> Iterator[tuple[Path, str]]:
    """Every plain value that does not lie too deep, with the keys and numbers that lead to it."""
    frames: list[_Frame] = []
    for event in yaml.parse(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionEndEvent):
            frames.pop()
            if frames:
                frames[-1].close_value()
        elif isinstance(event, yaml.CollectionStartEvent):
            if frames:
                _begin(frames[-1])
            frames.append(_Frame(is_mapping=isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent) and frames:
            value = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if frames[-1].is_mapping and frames[-1].key is None:
                frames[-1].key = value
                continue
            frames[-1].step()
            if len(frames) <= _MOST_DEPTH:
                yield tuple(frame.key for frame in frames if frame.key is not None), value
            frames[-1].close_value()


def _begin(frame: _Frame) -> None:
    """A collection begins in this one; as a key, which nobody asks for, it stands for an empty one."""
    frame.step()
    if frame.is_mapping and frame.key is None:
        frame.key = ""
