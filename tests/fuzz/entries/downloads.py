"""What learning platforms give: downloads of all hand-ins, as folders and as zips."""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from grader.batch.handed_in import CollectionLimits, DownloadKind, collect
from grader.errors import UsageError
from grader.submission.intake import IntakeLimits
from tests.fuzz.entries.intake import any_zip
from tests.fuzz.hostile import Luck, disk_name, name, number_text, text
from tests.fuzz.mutations import data, mutated

__all__ = ["any_download", "download"]

_LIMITS = CollectionLimits(
    entries=60, written_bytes=500_000, each=IntakeLimits(total_bytes=100_000, entries=20)
)
_FILES = ("meteorites.py", "lab.zip", "x.ipynb", "notes.txt", "a/b.py")
_METADATA = """---
{folder}:
  :submitters:
  - :name: {name}
    :sid: '{sid}'
    :email: {email}
  :created_at: 2026-03-01 12:00:00.5 -08:00
  :score: 0.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    output: "{name}"
"""
_SCORES = (
    "username,email,firstname,lastname,datetime,late,score\r\n"
    "{name},{email},A,{name},2026-03-01T12:00:00+00:00,{sid},5\r\n"
)


def _parts(luck: Luck) -> dict[str, str]:
    own = name if luck.random() < 0.5 else _number
    return {
        "name": own(luck),
        "number": _number(luck),
        "other": _number(luck),
        "file": luck.choice((*_FILES, name(luck))),
    }


def _number(luck: Luck) -> str:
    return str(luck.randrange(100))


_NAMES: Mapping[DownloadKind, str] = MappingProxyType(
    {
        DownloadKind.FOLDERS: "{name}/{file}",
        DownloadKind.CANVAS: "{name}_LATE_{number}_{other}_{file}",
        DownloadKind.MOODLE: "{name}_{number}_assignsubmission_file_/{file}",
        DownloadKind.BLACKBOARD: "Lab_{name}_attempt_2026-09-01-10-00-00_{file}",
        DownloadKind.GRADESCOPE: "submission_{number}/{file}",
        DownloadKind.CLASSROOM: "lab-submissions/lab-{name}/{file}",
        DownloadKind.CLASSROOM50: "room-lab-{name}/{file}",
    }
)


def _beside(luck: Luck, kind: DownloadKind) -> dict[str, bytes]:
    """The list of hand-ins that some platforms put beside them, often damaged."""
    words = {
        "folder": f"submission_{_number(luck)}",
        "name": text(luck, 3),
        "sid": number_text(luck),
        "email": text(luck, 2),
    }
    if kind is DownloadKind.GRADESCOPE:
        return {"submission_metadata.yml": mutated(luck, _METADATA.format(**words).encode(errors="replace"))}
    if kind is DownloadKind.CLASSROOM50:
        results = {
            "room-lab-ann/result.json": json.dumps(text(luck)).encode(),
            "room-lab-ann/results.json": b"{}",
        }
        return {"scores.csv": mutated(luck, _SCORES.format(**words).encode(errors="replace")), **results}
    return {}


def any_download(luck: Luck) -> dict[str, bytes]:
    """The files of a download of some platform, with hostile names."""
    kind = luck.choice(tuple(_NAMES))
    files = {_NAMES[kind].format(**_parts(luck)): data(luck) for _ in range(luck.randrange(5))}
    if luck.random() < 0.2:
        files[name(luck)] = data(luck)
    return {**files, **_beside(luck, kind)}


def download(luck: Luck) -> None:
    """A download is refused, or what it holds is either a hand-in of somebody's or listed as lost."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
        place = Path(found)
        write: Callable[[Luck, Path], Path] = _as_zip if luck.random() < 0.7 else _as_folder
        source = write(luck, place)
        wanted = luck.choice((None, None, *DownloadKind))
        try:
            collected = collect(source, place / "into", _LIMITS, kind=wanted, single_file="meteorites.py")
        except UsageError as error:
            assert str(error).strip()  # noqa: PT017 (most inputs are refused, and some are harmless)
            str(error).encode()
        else:
            assert len({one.key for one in collected.hand_ins}) == len(collected.hand_ins)
            for one in (*collected.hand_ins, *collected.older):
                assert one.path.exists()
                assert one.path.is_relative_to(place)
                "".join((one.key, one.name, *one.ids.values(), *one.notes)).encode()
            for lost in collected.unmatched:
                f"{lost.name}{lost.reason}".encode()
        assert {path.name for path in place.iterdir()} <= {source.name, "into"}


def _as_zip(luck: Luck, place: Path) -> Path:
    content = any_zip(luck, any_download(luck))
    source = place / "all.zip"
    source.write_bytes(mutated(luck, content) if luck.random() < 0.6 else content)
    return source


def _as_folder(luck: Luck, place: Path) -> Path:
    source = place / luck.choice(("all", "lab-submissions"))
    source.mkdir()
    for path, content in any_download(luck).items():
        file = source.joinpath(*(_safe(part) for part in path.split("/")))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue  # two names that a disk cannot hold at once
    if luck.random() < 0.2:
        (source / disk_name(luck)).symlink_to("/etc")
    return source


def _safe(part: str) -> str:
    part = part.replace("\0", "_")[:60]
    return "_" if part in {"", ".", ".."} else part
