"""Submissions and labs as bytes, for workers that share no file system with whoever sends them."""

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from grader.course import Lab, read_lab
from grader.errors import CourseError

__all__ = ["LabParcel", "Parcel", "pack", "pack_lab", "unpack", "unpack_lab"]


@dataclass(frozen=True)
class Parcel:
    """A submission on its way: a folder as a tar, anything else as it is.

    Attributes:
        name: The name of the file that holds it.
    """

    name: str
    content: bytes


@dataclass(frozen=True)
class LabParcel:
    """What grading takes of a lab; its specimens stay behind but for the right ways.

    Attributes:
        rubric_hash: What the rubric must come to again where it is unpacked.
    """

    id: str
    rubric_hash: str
    content: bytes


def pack(path: Path) -> Parcel:
    """Makes a parcel of a submission that intake has taken, so that its size is bounded."""
    if not path.is_dir():
        return Parcel(path.name, path.read_bytes())
    return Parcel("submission.tar", _tar([(child, child.name) for child in sorted(path.iterdir())]))


def unpack(parcel: Parcel, folder: Path) -> Path:
    """Writes a parcel's file into a folder; intake takes it from there."""
    path = folder / Path(parcel.name).name
    path.write_bytes(parcel.content)
    return path


def pack_lab(lab: Lab) -> LabParcel:
    """Makes a parcel of a lab."""
    parts = [lab.folder, *(child for child in sorted(lab.rubric.iterdir()) if child != lab.specimens)]
    parts += lab.right_ways
    return LabParcel(lab.id, lab.rubric_hash(), _tar([(part, str(_place(lab, part))) for part in parts]))


def unpack_lab(parcel: LabParcel, folder: Path) -> Lab:
    """Unpacks a lab as the only one of a course.

    Raises:
        CourseError: What arrives is not what was sent.
    """
    with tarfile.open(fileobj=io.BytesIO(parcel.content)) as archive:
        # Before 3.11.4, Python has no filters, and needs none here: it is the teacher's own lab.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)  # noqa: S202 - likewise
    lab = read_lab(folder, parcel.id)
    if lab.rubric_hash() != parcel.rubric_hash:
        raise CourseError(f"The rubric of {parcel.id} came as another one than was sent. Send it again.")
    return lab


def _place(lab: Lab, part: Path) -> Path:
    if part == lab.folder:
        return Path("labs", lab.id)
    return Path("rubrics", lab.id, part.relative_to(lab.rubric))


def _tar(parts: list[tuple[Path, str]]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, name in parts:
            archive.add(path, name, filter=_without_caches)
    return file.getvalue()


def _without_caches(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if Path(entry.name).name == "__pycache__" else entry
