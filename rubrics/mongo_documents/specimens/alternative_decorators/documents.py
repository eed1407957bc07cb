"""Documents in MongoDB.

A decorator opens the collection, another one turns the text of an id into an ObjectId or answers for the malformed
ones. Changes are findAndModify commands (which give the document, or None) and bulk writes. Documents come back
without their `_id`.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Callable

from bson.objectid import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateMany
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError
from pymongo.write_concern import WriteConcern

ONLY_ID = {"_id": True}
NO_ID = {"_id": False}


def in_docs(**concern: Any) -> Callable:
    """The function gets the collection in place of the database, with this write concern."""
    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def called(db: Database, *arguments: Any, **named: Any) -> Any:
            docs = db.get_collection("docs", write_concern=WriteConcern(**concern))
            return function(docs, *arguments, **named)
        return called
    return decorate


def with_id(otherwise: Any) -> Callable:
    """The function gets an ObjectId in place of a text; for a text that is no id, the answer is `otherwise`."""
    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def called(docs: Collection, id: str, *arguments: Any, **named: Any) -> Any:
            if re.fullmatch(r"(?:[0-9a-f]{2}){12}", id, re.IGNORECASE | re.ASCII) is None:
                return otherwise
            return function(docs, ObjectId(id), *arguments, **named)
        return called
    return decorate


@in_docs(w=1, j=True)
def add(docs, document):
    new_id = ObjectId()
    docs.bulk_write([InsertOne({**document, "_id": new_id})])
    return new_id.binary.hex()


@in_docs(w=1)
@with_id(otherwise=None)
def by_id(docs, id):
    return docs.find_one(id, NO_ID)


@in_docs(w=1)
def by_name(docs, name):
    return [*docs.find({"name": name}, NO_ID)]


@in_docs(w=1)
def older_than(docs, age):
    if isinstance(age, int) and abs(age) >= 2 ** 63:
        age = float(age) if abs(age) < 10 ** 308 else float("inf") * (1 if age > 0 else -1)
    cursor = docs.find({"age": {"$gt": age}}, NO_ID).sort([("age", ASCENDING), ("name", ASCENDING)])
    return [*cursor.allow_disk_use(True)]


@in_docs(w=1)
@with_id(otherwise=False)
def rename(docs, id, name):
    return docs.find_one_and_update({"_id": id}, {"$set": {"name": name}}, ONLY_ID) is not None


@in_docs(w=1)
@with_id(otherwise=False)
def replace(docs, id, document):
    new = {"_id": id} | {field: value for field, value in document.items() if field != "_id"}
    return docs.find_one_and_replace({"_id": id}, new, ONLY_ID) is not None


@in_docs(w=1)
@with_id(otherwise=False)
def add_interest(docs, id, interest):
    # The server looks and pushes in one step, so that two programs cannot add it both.
    without = {"_id": id, "interests": {"$ne": interest}}
    if docs.find_one_and_update(without, {"$push": {"interests": interest}}, ONLY_ID) is not None:
        return True
    return docs.find_one({"_id": id}, ONLY_ID) is not None       # it has it already, or it is not there


@in_docs(w=1)
def birthday(docs):
    # Everything from minus infinity on is a number (NaN is left out, and NaN + 1 would be NaN again).
    grow = UpdateMany({"age": {"$gte": float("-inf")}}, {"$inc": {"age": 1}})
    return docs.bulk_write([grow]).modified_count


@in_docs(w=1)
@with_id(otherwise=False)
def remove(docs, id):
    return docs.find_one_and_delete({"_id": id}, ONLY_ID) is not None


@in_docs(w=1)
def interest_counts(docs):
    # Equal lists are counted together first, then each list is taken apart once.
    counted = docs.aggregate(
        [
            {"$match": {"interests.0": {"$exists": True}}},
            {"$group": {"_id": "$interests", "times": {"$sum": 1}}},
            {"$unwind": "$_id"},
            {"$group": {"_id": "$_id", "times": {"$sum": "$times"}}},
        ],
        allowDiskUse=True,
    )
    return {line["_id"]: line["times"] for line in counted}


@in_docs(w=1)
def ensure_indexes(docs):
    docs.create_indexes([
        IndexModel([("name", DESCENDING)], name="by name, backwards"),
        IndexModel([("email", DESCENDING)], name="no e-mail twice", unique=True,
                   partialFilterExpression={"email": {"$exists": True}}),
    ])


@in_docs(w=1)
def import_documents(docs, documents):
    inserts = [InsertOne({"_id": ObjectId()} | document) for document in documents]
    if not inserts:
        return 0
    try:
        return docs.bulk_write(inserts, ordered=False).inserted_count
    except BulkWriteError as error:
        return error.details["nInserted"]


@in_docs(w=1)
def drop(docs):
    docs.drop()
