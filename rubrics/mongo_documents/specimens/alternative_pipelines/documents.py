"""Documents in MongoDB: everything is a pipeline.

Reading is aggregate(), and every change is an update with a pipeline. In a pipeline a text as "$age" means a field,
so that whatever comes from outside goes through $literal. What is given back has the id as text.
"""

import string

from bson import ObjectId
from pymongo import HASHED, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError

_HEX = frozenset(string.hexdigits)


def _docs(db: Database, **options) -> Collection:
    return db.get_collection("docs", write_concern=WriteConcern(**(options or {"w": 1})))


def _is_id(text: str) -> bool:
    return len(text) == 24 and _HEX.issuperset(text)


def _literal(value):
    return {"$literal": value}


def _run(db: Database, *steps: dict) -> list[dict]:
    found = []
    with _docs(db).aggregate(list(steps), allowDiskUse=True) as cursor:
        for document in cursor:
            document["_id"] = str(document["_id"])
            found.append(document)
    return found


def _change(db: Database, id: str, step: dict) -> bool:
    if not _is_id(id):
        return False
    return _docs(db).update_one({"_id": ObjectId(id)}, [step]).matched_count > 0


def add(db: Database, document: dict) -> str:
    copy = dict(document)
    return str(_docs(db, w="majority", j=True).insert_one(copy).inserted_id)


def by_id(db: Database, id: str) -> dict | None:
    if not _is_id(id):
        return None
    return next(iter(_run(db, {"$match": {"_id": ObjectId(id)}})), None)


def by_name(db: Database, name: str) -> list[dict]:
    return _run(db, {"$match": {"name": {"$in": [name]}}})


def older_than(db: Database, age: float) -> list[dict]:
    if isinstance(age, int) and age.bit_length() > 63:
        # does not fit into 64 bits: no whole number in the database does, but a fraction can be beyond
        age = float(max(min(age, 10 ** 308), -10 ** 308))
    return _run(
        db,
        {"$match": {"$and": [{"age": {"$type": "number"}}, {"age": {"$gt": age}}]}},
        {"$sort": {"age": 1, "name": 1}},
    )


def rename(db: Database, id: str, name: str) -> bool:
    return _change(db, id, {"$set": {"name": _literal(name)}})


def replace(db: Database, id: str, document: dict) -> bool:
    if not _is_id(id):
        return False
    return _change(db, id, {"$replaceWith": _literal({"_id": ObjectId(id), **document})})


def add_interest(db: Database, id: str, interest: str) -> bool:
    return _change(db, id, {"$set": {"interests": {"$let": {
        "vars": {"old": {"$ifNull": ["$interests", []]}, "new": _literal(interest)},
        "in": {"$cond": {
            "if": {"$in": ["$$new", "$$old"]},
            "then": "$$old",
            "else": {"$concatArrays": ["$$old", ["$$new"]]},
        }},
    }}}})


def birthday(db: Database) -> int:
    # $isNumber looks at the age itself: of a text, None or no age at all it is false
    return _docs(db).update_many(
        {"$expr": {"$isNumber": "$age"}},
        [{"$set": {"age": {"$add": ["$age", 1]}}}],
    ).modified_count


def remove(db: Database, id: str) -> bool:
    return _is_id(id) and _docs(db).delete_one({"_id": ObjectId(id)}).deleted_count > 0


def interest_counts(db: Database) -> dict[str, int]:
    steps = [{"$unwind": "$interests"}, {"$sortByCount": "$interests"}]
    with _docs(db).aggregate(steps, allowDiskUse=True) as rows:
        return {row["_id"]: row["count"] for row in rows}


def ensure_indexes(db: Database) -> None:
    docs = _docs(db)
    docs.create_index([("name", HASHED)])
    docs.create_index("email", unique=True, partialFilterExpression={"email": {"$type": "string"}})


def import_documents(db: Database, documents: list[dict]) -> int:
    stored = 0
    for start in range(0, len(documents), 50_000):
        copies = [dict(document) for document in documents[start:start + 50_000]]
        try:
            stored += len(_docs(db).insert_many(copies, ordered=False).inserted_ids)
        except BulkWriteError as error:
            stored += error.details["nInserted"]
    return stored


def drop(db: Database) -> None:
    db.drop_collection("docs")
