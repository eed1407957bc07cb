"""What the student's calls did in a MongoDB server, as its profiler saw it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.database import Database

from grader.services.mongodb.accounts import Account

_COLLECTION = "system.profile"
_SIZE_BYTES = 64 * 1024**2
_ALL = 2
# The notes are a ring: from here on the first ones may be lost, to whoever does very much.
_WHOLE_BYTES = _SIZE_BYTES // 2
# Of a long command a note has the beginning of its text.
_CUT_NAME = re.compile(r"\{ (\w+):")
# What the profiler calls commands that it has names of its own for.
_NAMES = {"query": "find", "getmore": "getMore", "insert": "insert", "update": "update", "remove": "delete"}


class ForgottenError(Exception):
    """The student's calls did more than the server can note, so nobody knows what."""


@dataclass(frozen=True)
class Operation:
    """One command of the student's; of an update or delete with many statements, one of these.

    Attributes:
        command: As in MongoDB's documentation: `find`, `insert`, `update`, `delete`, `aggregate`.
        plan: How documents were found, as `IXSCAN { name: 1 }` or `COLLSCAN`; empty for what finds none.
        documents_examined: How many were read to find those that count.
        sent_bytes: How long the answer was.
        written: Documents stored, changed or deleted.
        error: What the server said when it refused; empty if it did not.
    """

    command: str
    collection: str
    plan: str
    documents_examined: int
    keys_examined: int
    returned: int
    sent_bytes: int
    written: int
    error: str


@dataclass
class Work:
    """What the student's calls did while the server was watched.

    Attributes:
        operations: In their order; empty as long as the server is still watched.
    """

    operations: Sequence[Operation] = field(default=(), init=False)

    @property
    def documents_examined(self) -> int:
        """All operations together."""
        return sum(operation.documents_examined for operation in self.operations)

    @property
    def sent_bytes(self) -> int:
        """All answers together."""
        return sum(operation.sent_bytes for operation in self.operations)

    @property
    def plans(self) -> list[str]:
        """The plans of all operations that have one."""
        return [operation.plan for operation in self.operations if operation.plan]

    def count(self, command: str) -> int:
        """How often a command was given, `getMore` for further batches apart."""
        return sum(operation.command == command for operation in self.operations)


def watch(database: Database[dict[str, Any]]) -> None:
    """Has the server note every operation in a database; its collection list then has the notes, too."""
    ignore(database)
    database.create_collection(_COLLECTION, capped=True, size=_SIZE_BYTES)
    database.command("profile", _ALL)


def ignore(database: Database[dict[str, Any]]) -> None:
    """Ends the watch, and throws the notes away."""
    database.command("profile", 0)
    database.drop_collection(_COLLECTION)


def read(database: Database[dict[str, Any]], student: Account) -> tuple[Operation, ...] | None:
    """Ends the watch, and gives what the student's account did; None if it was too much to be known."""
    database.command("profile", 0)
    operations = None
    if database.command("collStats", _COLLECTION)["size"] < _WHOLE_BYTES:
        notes = database[_COLLECTION].find({"user": f"{student.name}@{student.home}"}).sort("$natural", 1)
        operations = tuple(_operation(note) for note in notes)
    database.drop_collection(_COLLECTION)
    return operations


def _operation(note: Mapping[str, Any]) -> Operation:
    written = ("ninserted", "nModified", "nUpserted", "ndeleted")
    return Operation(
        command=_NAMES.get(note["op"]) or _name(note.get("command", {})) or note["op"],
        collection=note["ns"].partition(".")[2],
        plan=note.get("planSummary", ""),
        documents_examined=note.get("docsExamined", 0),
        keys_examined=note.get("keysExamined", 0),
        returned=note.get("nreturned", 0),
        sent_bytes=note.get("responseLength", 0),
        written=sum(int(note.get(name, 0)) for name in written),
        error=note.get("errMsg", ""),
    )


def _name(command: Mapping[str, Any]) -> str:
    """The name of a command, which is its first word."""
    cut = _CUT_NAME.match(str(command.get("$truncated", "")))
    return cut[1] if cut else next(iter(command), "")
