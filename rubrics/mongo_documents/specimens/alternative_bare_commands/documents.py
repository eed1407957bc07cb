"""Documents in MongoDB, spoken in the server's own language: every function sends bare commands.

No Collection object is used, but for an import too big for one command. `_read` follows a cursor to its end, `_write`
sends a write command and takes care of the errors, which Database.command() does not raise by itself when they stand
in "writeErrors".
"""

import re

from bson import ObjectId, encode
from pymongo.database import Database
from pymongo.errors import BulkWriteError, OperationFailure

DOCS = "docs"
NAMESPACE_NOT_FOUND = 26
MOST_BYTES = 15_000_000         # Database.command() sends no more than 16 MiB, documents included
MOST_DOCUMENTS = 100_000        # the server takes no more in one command

_HEX = re.compile("[0-9a-fA-F]{24}")


def _object_id(text):
    """None for a malformed id. (ObjectId() itself lets spaces inside of a text of 24 characters pass.)"""
    return ObjectId(text) if _HEX.fullmatch(text) else None


def _read(db, command):
    """All documents that a find or aggregate command gives. getMore has to come in the session of its cursor."""
    with db.client.start_session(causal_consistency=False) as session:
        cursor = db.command(command, codec_options=db.codec_options, session=session)["cursor"]
        documents = list(cursor["firstBatch"])
        while cursor["id"]:
            more = {"getMore": cursor["id"], "collection": DOCS}
            cursor = db.command(more, codec_options=db.codec_options, session=session)["cursor"]
            documents.extend(cursor["nextBatch"])
    return documents


def _write(db, command, tolerant=False):
    reply = db.command(command, codec_options=db.codec_options)
    errors = list(reply.get("writeErrors", ()))
    if "writeConcernError" in reply:
        raise OperationFailure(str(reply["writeConcernError"].get("errmsg")), reply["writeConcernError"].get("code"))
    if errors and not tolerant:
        raise OperationFailure(str(errors[0].get("errmsg")), errors[0].get("code"), errors[0])
    return reply


def _update(db, query, change, many=False):
    statement = {"q": query, "u": change, "multi": many, "upsert": False}
    return _write(db, {"update": DOCS, "updates": [statement]})


def _fits_one_command(documents, codec_options):
    if len(documents) > MOST_DOCUMENTS:
        return False
    size = 0
    for document in documents:
        size += len(encode(document, codec_options=codec_options))
        if size > MOST_BYTES:
            return False
    return True


def _fits(number):
    """An int of more than 64 bits cannot be sent; as a fraction it can."""
    if isinstance(number, int) and not -2 ** 63 <= number < 2 ** 63:
        try:
            return float(number)
        except OverflowError:
            return float("inf") if number > 0 else float("-inf")
    return number


def add(db: Database, document: dict) -> str:
    new = ObjectId()
    stored = {"_id": new}
    stored.update((field, value) for field, value in document.items() if field != "_id")
    _write(db, {"insert": DOCS, "documents": [stored], "writeConcern": {"w": 1, "j": True}})
    return str(new)


def by_id(db: Database, id: str) -> dict | None:
    wanted = _object_id(id)
    if wanted is None:
        return None
    found = _read(db, {"find": DOCS, "filter": {"_id": wanted}, "limit": 1, "singleBatch": True})
    return found[0] if found else None


def by_name(db: Database, name: str) -> list[dict]:
    return _read(db, {"find": DOCS, "filter": {"name": {"$eq": name}}})


def older_than(db: Database, age: float) -> list[dict]:
    return _read(db, {
        "find": DOCS,
        "filter": {"age": {"$gt": _fits(age)}},     # numbers are compared with numbers only
        "sort": {"age": 1, "name": 1},
        "allowDiskUse": True,
    })


def rename(db: Database, id: str, name: str) -> bool:
    wanted = _object_id(id)
    return wanted is not None and _update(db, {"_id": wanted}, {"$set": {"name": name}})["n"] == 1


def replace(db: Database, id: str, document: dict) -> bool:
    wanted = _object_id(id)
    if wanted is None:
        return False
    # with _id in front, the server never takes it for a dict of operators
    new = {"_id": wanted}
    new.update((field, value) for field, value in document.items() if field != "_id")
    return _update(db, {"_id": wanted}, new)["n"] == 1


def add_interest(db: Database, id: str, interest: str) -> bool:
    wanted = _object_id(id)
    return wanted is not None and _update(db, {"_id": wanted}, {"$addToSet": {"interests": interest}})["n"] == 1


def birthday(db: Database) -> int:
    return _update(db, {"age": {"$type": "number"}}, {"$inc": {"age": 1}}, many=True)["nModified"]


def remove(db: Database, id: str) -> bool:
    wanted = _object_id(id)
    if wanted is None:
        return False
    return _write(db, {"delete": DOCS, "deletes": [{"q": {"_id": wanted}, "limit": 1}]})["n"] == 1


def interest_counts(db: Database) -> dict[str, int]:
    rows = _read(db, {
        "aggregate": DOCS,
        "pipeline": [
            {"$project": {"_id": 0, "interests": 1}},
            {"$unwind": "$interests"},
            {"$group": {"_id": "$interests", "documents": {"$sum": 1}}},
        ],
        "cursor": {},
        "allowDiskUse": True,
    })
    return {row["_id"]: row["documents"] for row in rows}


def ensure_indexes(db: Database) -> None:
    db.command({
        "createIndexes": DOCS,
        "indexes": [
            {"key": {"name": 1, "age": -1}, "name": "people_by_name"},
            {"key": {"email": 1}, "name": "one_of_each_email", "unique": True, "sparse": True},
        ],
    })


def import_documents(db: Database, documents: list[dict]) -> int:
    if not documents:
        return 0
    if _fits_one_command(documents, db.codec_options):
        # A bare insert command does not touch the dicts: where there is no _id, the server makes one.
        command = {"insert": DOCS, "documents": list(documents), "ordered": False}
        return _write(db, command, tolerant=True)["n"]
    # Too much for one bare command; the driver knows how to send up to 48 MB with each insert.
    copies = [dict(document) for document in documents]
    try:
        return len(db.get_collection(DOCS).insert_many(copies, ordered=False).inserted_ids)
    except BulkWriteError as error:
        return error.details["nInserted"]


def drop(db: Database) -> None:
    try:
        db.command({"drop": DOCS})
    except OperationFailure as error:
        if error.code != NAMESPACE_NOT_FOUND:
            raise
