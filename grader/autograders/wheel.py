"""The running grader as a wheel, so that another machine grades with exactly the same one.

It is packed and not built, which needs neither a network nor tools for building. From a checkout, what the
wheel says about itself is made of `pyproject.toml`: an editable installation may know an older one.
"""

import base64
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from grader.errors import UsageError

__all__ = ["Wheel", "pack_wheel", "write_entry"]

_NAME = "dblab-grader"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files are the same bytes, whenever they are packed
_TAGS = "Wheel-Version: 1.0\nGenerator: dblab-grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Wheel:
    """A wheel file and its name."""

    name: str
    content: bytes


@dataclass(frozen=True)
class _About:
    version: str
    metadata: str
    entry_points: str


def pack_wheel(package: Path) -> Wheel:
    """Packs the grader's package, without the course that comes with it.

    Raises:
        UsageError: It is neither installed nor in a checkout, so that nobody knows what it needs.
    """
    project = package.parent / "pyproject.toml"
    about = _from_project(project) if project.is_file() else _from_installation()
    stem = f"{_NAME.replace('-', '_')}-{about.version}"
    info = f"{stem}.dist-info"
    files = dict(_package_files(package))
    files[f"{info}/METADATA"] = about.metadata.encode()
    files[f"{info}/WHEEL"] = _TAGS.encode()
    files[f"{info}/entry_points.txt"] = about.entry_points.encode()
    records = [f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items()]
    files[f"{info}/RECORD"] = "".join([*records, f"{info}/RECORD,,\n"]).encode()
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in files.items():
            write_entry(archive, name, content)
    return Wheel(f"{stem}-py3-none-any.whl", memory.getvalue())


def write_entry(archive: zipfile.ZipFile, name: str, content: bytes, *, mode: int = 0o644) -> None:
    """Adds a file, whose time says nothing."""
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _package_files(package: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.is_file() and parts[0] != "builtin" and "__pycache__" not in parts:
            yield f"grader/{path.relative_to(package).as_posix()}", path.read_bytes()


def _from_installation() -> _About:
    try:
        installed = distribution(_NAME)
    except PackageNotFoundError as error:
        raise UsageError(
            f"{_NAME} is not installed, and no pyproject.toml beside the package says what it needs. "
            "Install it with pip, or run it from a checkout."
        ) from error
    entry_points = installed.read_text("entry_points.txt") or ""
    return _About(installed.version, installed.read_text("METADATA") or "", entry_points)


def _from_project(project: Path) -> _About:
    table: dict[str, Any] = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    lines = ["Metadata-Version: 2.3", f"Name: {_NAME}", f"Version: {table['version']}"]
    lines += [f"Summary: {table['description']}", f"Requires-Python: {table['requires-python']}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in table["dependencies"]]
    for extra, requirements in table.get("optional-dependencies", {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {_only_with(extra, requirement)}" for requirement in requirements]
    groups = {"console_scripts": table["scripts"], **table["entry-points"]}
    entry_points = "\n".join(_section(name, entries) for name, entries in groups.items())
    return _About(table["version"], "\n".join(lines) + "\n", entry_points)


def _only_with(extra: str, requirement: str) -> str:
    name, _, marker = requirement.partition(";")
    condition = f"({marker.strip()}) and " if marker else ""
    return f"{name.strip()}; {condition}extra == '{extra}'"


def _section(name: str, entries: Mapping[str, str]) -> str:
    return "".join((f"[{name}]\n", *(f"{entry} = {target}\n" for entry, target in entries.items())))


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
