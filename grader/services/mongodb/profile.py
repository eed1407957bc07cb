"""What the student's calls did in a MongoDB server, as its profiler saw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.database import Database

from grader.services.mongodb.accounts import Account

_COLLECTION = "system.profile"
_SIZE_BYTES = 64 * 1024**2
_ALL = 2
# What the profiler calls commands that it has names of its own for.
_NAMES = {"query": "find", "getmore": "getMore", "insert": "insert", "update": "update", "remove": "delete"}


@dataclass(frozen=True)
class Operation:
    """One command of the student's; of an update or delete with many statements, one of these.

    Attributes:
        command: As in MongoDB's documentation: `find`, `insert`, `update`, `delete`, `aggregate`.
        plan: How documents were found, as `IXSCAN { name: 1 }` or `COLLSCAN`; empty for what finds none.
        documents_examined: How many were read to find those that count.
        written: Documents stored, changed or deleted.
        error: What the server said when it refused; empty if it did not.
    """

    command: str
    collection: str
    plan: str
    documents_examined: int
    keys_examined: int
    returned: int
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


def read(database: Database[dict[str, Any]], student: Account) -> tuple[Operation, ...]:
    """Ends the watch, and gives what the student's account did."""
    database.command("profile", 0)
    notes = database[_COLLECTION].find({"user": f"{student.name}@{student.home}"}).sort("$natural", 1)
    operations = tuple(_operation(note) for note in notes)
    database.drop_collection(_COLLECTION)
    return operations


def _operation(note: Mapping[str, Any]) -> Operation:
    command = note.get("command", {})
    written = ("ninserted", "nModified", "nUpserted", "ndeleted")
    return Operation(
        command=_NAMES.get(note["op"]) or next(iter(command), note["op"]),
        collection=note["ns"].partition(".")[2],
        plan=note.get("planSummary", ""),
        documents_examined=note.get("docsExamined", 0),
        keys_examined=note.get("keysExamined", 0),
        returned=note.get("nreturned", 0),
        written=sum(int(note.get(name, 0)) for name in written),
        error=note.get("errMsg", ""),
    )
