"""Ends what the grader reads when it is more than anybody wants to read.

A student's collection can be a view of a million million documents, made as they are read: no single answer
of the server's is slow or large, and there is no last one.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bson
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from pymongo.errors import PyMongoError
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

if TYPE_CHECKING:
    import pymongo

MOST_DOCUMENTS = 100_000
MOST_BYTES = 64 * 1024**2

# What one batch may take at most.
_BATCH_BYTES = 16 * 1024**2
_CURSORS = 100
_OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(uuid_representation=UuidRepresentation.STANDARD)


@dataclass
class _Taken:
    """What one cursor has given after its first batch."""

    documents: int = 0
    size_bytes: int = 0
    seconds: float = 0


class Bounds(CommandListener):
    """Ends a client's cursors at the server when they have given too much; the next batch is then refused.

    Args:
        limit_s: How long the server may work on the batches of one cursor.

    Attributes:
        client: Whose cursors they are.
    """

    def __init__(self, limit_s: float) -> None:
        self.client: pymongo.MongoClient[dict[str, Any]] | None = None
        self._limit_s = limit_s
        self._taken: dict[int, _Taken] = {}

    def started(self, event: CommandStartedEvent) -> None:
        """Nothing: only answers are large."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing: a refusal has no documents."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Counts a further batch, and ends its cursor if that was too much."""
        if event.command_name != "getMore":
            return
        cursor = event.reply["cursor"]
        taken = self._taken.setdefault(cursor["id"], _Taken())
        taken.documents += len(cursor["nextBatch"])
        taken.size_bytes += _size_of(cursor["nextBatch"])
        taken.seconds += event.duration_micros / 1e6
        is_too_much = (
            taken.documents > MOST_DOCUMENTS or taken.size_bytes > MOST_BYTES or taken.seconds > self._limit_s
        )
        if cursor["id"] and is_too_much and self.client is not None:
            database, _, collection = cursor["ns"].partition(".")
            # If it fails, the next batch is one more occasion.
            with suppress(PyMongoError):
                self.client[database].command("killCursors", collection, cursors=[cursor["id"]])
        self._forget_old()

    def _forget_old(self) -> None:
        # Of a last batch the answer does not say whose it was.
        self._taken.pop(0, None)
        if len(self._taken) > _CURSORS:
            del self._taken[next(iter(self._taken))]


def _size_of(batch: Sequence[Mapping[str, Any]]) -> int:
    try:
        return sum(len(bson.encode(document, codec_options=_OPTIONS)) for document in batch)
    except (BSONError, ValueError, TypeError, OverflowError):
        # Read as types of the rubric's own, which have no known size.
        return _BATCH_BYTES
