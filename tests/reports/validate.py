"""`python -m tests.reports.validate DIR`: every report beneath a folder, held against its format.

The folder is one that `grader demo`, `grader verify --reports` or `grader doctor --attack --reports` wrote.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import unquote

from rich.console import Console
from rich.table import Table

from grader.reports import FORMATS, ReportOptions
from grader.reports.record import loads
from tests.reports.validators import FaultyReportError, check_report
from tests.reports.validators.faults import require
from tests.reports.validators.pages import links_of, parse

__all__ = ["Finding", "main", "validate"]

_INDEX = "index.html"
_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """What one validator says of one file.

    Attributes:
        fault: What is wrong; empty if nothing is.
    """

    validator: str
    path: Path
    fault: str


def validate(folder: Path) -> list[Finding]:
    """Validates every file beneath a folder; wherever there is one report, there must be all."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    # Not forked: a caller may have threads.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = [finding for findings in pool.map(_of_file, files, chunksize=8) for finding in findings]
    folders = sorted({path.parent for path in files if path.name != _INDEX})
    lost = [
        Finding(name, place / form.file_name, "it is not there")
        for place in folders
        for name, form in FORMATS.items()
        if not (place / form.file_name).exists()
    ]
    return found + lost


def _of_file(path: Path) -> list[Finding]:
    content = path.read_bytes()
    if path.name == _INDEX:
        return [
            _of("course page", path, content),
            _tried("course's links", path, lambda: _links(path, content)),
        ]
    names = [name for name, form in FORMATS.items() if form.file_name == path.name]
    if not names:
        return [Finding("none", path, "no format has a file of this name")]
    found = [_of(name, path, content) for name in names]
    if names == ["json"] and not found[0].fault:
        strict = FORMATS["junit"].render(loads(content), ReportOptions(strict=True))
        found += [_of("student's json", path, content), _of("strict junit", path, strict)]
    return found


def _of(validator: str, path: Path, content: bytes) -> Finding:
    return _tried(validator, path, lambda: check_report(validator, content))


def _tried(validator: str, path: Path, check: Callable[[], None]) -> Finding:
    try:
        check()
    except FaultyReportError as error:
        return Finding(validator, path, str(error))
    return Finding(validator, path, "")


def _links(path: Path, content: bytes) -> None:
    """Every link of a course's page leads to a page beside or below it."""
    for link in links_of(parse(content)):
        if link.startswith("./"):
            require((path.parent / unquote(link)).is_file(), f"its link {link} leads nowhere")


def main(arguments: Sequence[str]) -> int:
    """Prints how many files each validator saw, and what it found.

    Returns:
        1 if anything is wrong, or if there was nothing to look at; 2 for a wrong argument.
    """
    console = Console()
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        console.print("usage: python -m tests.reports.validate DIR", markup=False)
        return 2
    found = validate(Path(arguments[0]))
    console.print(_table(found))
    faults = [finding for finding in found if finding.fault]
    for finding in faults[:_SHOWN]:
        console.print(f"{finding.path}: {finding.validator}: {finding.fault}", markup=False, highlight=False)
    if len(faults) > _SHOWN:
        console.print(f"... and {len(faults) - _SHOWN} more faults.")
    return 1 if faults or not found else 0


def _table(found: Sequence[Finding]) -> Table:
    table = Table(title=f"{len(found)} validations")
    table.add_column("format")
    table.add_column("files", justify="right")
    table.add_column("faults", justify="right")
    files = Counter(finding.validator for finding in found)
    faults = Counter(finding.validator for finding in found if finding.fault)
    for name, count in files.items():
        table.add_row(name, str(count), str(faults[name]))
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
