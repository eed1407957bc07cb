"""Tables that teachers give, as other programs write them: rosters, exports, worksheets."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.batch.exports.sheet import read_sheet
from grader.batch.roster import read_roster
from grader.batch.tables import header_of, parse_table
from grader.errors import UsageError
from tests.fuzz.hostile import Luck, number_text, refusing, text
from tests.fuzz.mutations import data, mutated

__all__ = ["any_table", "roster", "sheet", "table"]

_HEADERS = (
    *("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Identifier", "Full name", "Email address"),
    *("username", "github_username", "identifier", "name", "email", "First name", "Last Name", "group"),
)
_KNOWN = frozenset(map(header_of, _HEADERS))


def any_table(luck: Luck, headers: Sequence[str] = _HEADERS) -> bytes:
    """A table of some dialect with hostile cells, often damaged."""
    delimiter, end = luck.choice(",,;\t|"), luck.choice(("\n", "\r\n", "\r"))
    chosen = [
        luck.choice(headers) if luck.random() < 0.8 else text(luck, 3) for _ in range(luck.randrange(1, 7))
    ]
    rows = [chosen, *([_cell(luck) for _ in range(luck.randrange(8))] for _ in range(luck.randrange(5)))]
    lines = [delimiter.join(_quoted(luck, cell, delimiter) for cell in row) for row in rows]
    encoding = luck.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"))
    return mutated(luck, end.join(lines).encode(encoding, "replace"), 4)


def _cell(luck: Luck) -> str:
    return number_text(luck) if luck.random() < 0.5 else text(luck, 3)


def _quoted(luck: Luck, cell: str, delimiter: str) -> str:
    if any(sign in cell for sign in f'"\r\n{delimiter}') and luck.random() < 0.95:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def table(luck: Luck) -> None:
    """A table is refused or read, with a row for each line that holds anything."""
    content = data(luck) if luck.random() < 0.1 else any_table(luck)
    with refusing(UsageError):
        found = parse_table(content, "table.csv", _KNOWN.__contains__)
        assert found.headers
        lines = [row.line for row in found.rows]
        assert lines == sorted(lines)
        assert not any("\0" in cell for row in found.rows for cell in row.cells.values())


def sheet(luck: Luck) -> None:
    """A teacher's sheet is refused, or read so that without changes it is written byte for byte as it was."""
    content = data(luck) if luck.random() < 0.1 else any_table(luck)
    with refusing(UsageError):
        found = read_sheet(content, "The sheet")
        assert found.changed({}) == content
        cells = [cell for row in found.rows for cell in row]
        if cells:
            cell, value = luck.choice(cells), text(luck, 3)
            read_sheet(found.changed({cell: value}), "The changed sheet")


def roster(luck: Luck) -> None:
    """A roster is refused or gives students who can be told apart."""
    with tempfile.NamedTemporaryFile(prefix="fuzz-") as file, refusing(UsageError):
        file.write(any_table(luck))
        file.flush()
        students = read_roster(Path(file.name)).students
        assert students
        assert len({one.id for one in students}) == len(students)
        assert all(one.id.strip() for one in students)
