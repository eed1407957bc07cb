"""Documents in MongoDB, all in the collection `docs`."""

import re

from bson import ObjectId
from pymongo import ASCENDING, WriteConcern
from pymongo.database import Database
from pymongo.errors import BulkWriteError

# An age is a number, whole or with a fraction.
WHOLE_OR_FRACTION = ["int", "double"]


def _oid(id: str) -> ObjectId | None:
    """The id as ObjectId; None if it is malformed."""
    if re.fullmatch("[0-9a-fA-F]{24}", id):
        return ObjectId(id)
    return None


def add(db: Database, document: dict) -> str:
    """Stores a new document, and gives the 24 hex digits of its id when it is on the disk."""
    docs = db.get_collection("docs", write_concern=WriteConcern(w=1, j=True))
    return str(docs.insert_one(dict(document)).inserted_id)


def by_id(db: Database, id: str) -> dict | None:
    """Gives the document with this id; None if there is none, or if it is no id."""
    oid = _oid(id)
    if oid is None:
        return None
    return db.docs.find_one({"_id": oid})


def by_name(db: Database, name: str) -> list[dict]:
    """Gives all documents with exactly this name, in any order."""
    return list(db.docs.find({"name": name}))


def older_than(db: Database, age: float) -> list[dict]:
    """Gives the documents with an age greater than this one, by age and then by name."""
    if abs(age) >= 2 ** 63:     # too big for a whole number in MongoDB
        age = float(age)
    return list(db.docs.find({"age": {"$gt": age}}).sort([("age", ASCENDING), ("name", ASCENDING)]))


def rename(db: Database, id: str, name: str) -> bool:
    """Changes the name of a document and nothing else, and says whether there is such a document."""
    oid = _oid(id)
    if oid is None:
        return False
    return db.docs.update_one({"_id": oid}, {"$set": {"name": name}}).matched_count == 1


def replace(db: Database, id: str, document: dict) -> bool:
    """Puts another document in the place of one, and says whether there is such a document."""
    oid = _oid(id)
    if oid is None:
        return False
    return db.docs.replace_one({"_id": oid}, {"_id": oid, **document}).matched_count == 1


def add_interest(db: Database, id: str, interest: str) -> bool:
    """Adds an interest to a document unless it has it, and says whether there is such a document."""
    oid = _oid(id)
    if oid is None:
        return False
    return db.docs.update_one({"_id": oid}, {"$addToSet": {"interests": interest}}).matched_count == 1


def birthday(db: Database) -> int:
    """Makes everybody a year older, in one statement, and gives how many documents have changed."""
    result = db.docs.update_many({"age": {"$type": WHOLE_OR_FRACTION}}, {"$inc": {"age": 1}})
    return result.modified_count


def remove(db: Database, id: str) -> bool:
    """Removes a document, and says whether it was there."""
    oid = _oid(id)
    if oid is None:
        return False
    return db.docs.delete_one({"_id": oid}).deleted_count == 1


def interest_counts(db: Database) -> dict[str, int]:
    """Gives how many documents have each interest, counted by the server."""
    pipeline = [
        {"$unwind": "$interests"},
        {"$group": {"_id": "$interests", "count": {"$sum": 1}}},
    ]
    return {row["_id"]: row["count"] for row in db.docs.aggregate(pipeline)}


def ensure_indexes(db: Database) -> None:
    """Makes the index by name, and the one that keeps each e-mail from being there twice."""
    db.docs.create_index("name")
    db.docs.create_index("email", unique=True, sparse=True)


def import_documents(db: Database, documents: list[dict]) -> int:
    """Stores many documents, without those that the server refuses, and gives how many are stored."""
    if not documents:
        return 0
    try:
        return len(db.docs.insert_many([dict(d) for d in documents], ordered=False).inserted_ids)
    except BulkWriteError as error:
        return error.details["nInserted"]


def drop(db: Database) -> None:
    """Removes the collection `docs`, and no other."""
    db.docs.drop()
