"""Everything as a command of the server's own, with a few words more in the indexes."""

import copy

from bson import ObjectId
from pymongo.errors import OperationFailure

MAJORITY = {"w": "majority"}
BATCH = 100


def add(db, document):
    id = ObjectId()
    _write(db, {"insert": "docs", "documents": [{"_id": id, **copy.deepcopy(document)}], "writeConcern": MAJORITY})
    return str(id)


def by_id(db, id):
    found = _find(db, {"_id": ObjectId(id)}) if ObjectId.is_valid(id) else []
    return found[0] if found else None


def by_name(db, name):
    return _find(db, {"name": {"$eq": name}})


def older_than(db, age):
    pipeline = [
        {"$match": {"$and": [{"age": {"$type": "number"}}, {"age": {"$gt": age}}]}},
        {"$sort": {"age": 1, "name": 1}},
    ]
    return [_with_text_id(document) for document in db.docs.aggregate(pipeline)]


def rename(db, id, name):
    return _update(db, id, [{"$set": {"name": {"$literal": name}}}])


def replace(db, id, document):
    return _update(db, id, document)


def add_interest(db, id, interest):
    have = {"$ifNull": ["$interests", []]}
    new = {"$literal": [interest]}
    more = {"$cond": [{"$in": [{"$literal": interest}, have]}, have, {"$concatArrays": [have, new]}]}
    return _update(db, id, [{"$set": {"interests": more}}])


def birthday(db):
    change = {"q": {"age": {"$type": "number"}}, "u": [{"$set": {"age": {"$add": ["$age", 1]}}}], "multi": True}
    return _write(db, {"update": "docs", "updates": [change]})["nModified"]


def remove(db, id):
    if not ObjectId.is_valid(id):
        return False
    return _write(db, {"delete": "docs", "deletes": [{"q": {"_id": ObjectId(id)}, "limit": 1}]})["n"] == 1


def interest_counts(db):
    return {group["_id"]: group["count"] for group in db.docs.aggregate(
        [{"$project": {"interests": 1, "_id": 0}}, {"$unwind": "$interests"}, {"$sortByCount": "$interests"}]
    )}


def ensure_indexes(db):
    db.command(
        {
            "createIndexes": "docs",
            "indexes": [
                {"key": {"name": 1, "age": -1}, "name": "people"},
                {
                    "key": {"email": 1},
                    "name": "mail",
                    "unique": True,
                    "partialFilterExpression": {"email": {"$exists": True}},
                },
            ],
        }
    )


def import_documents(db, documents):
    stored = 0
    for start in range(0, len(documents), BATCH):
        batch = [dict(document) for document in documents[start : start + BATCH]]
        stored += db.command({"insert": "docs", "documents": batch, "ordered": False})["n"]
    return stored


def drop(db):
    try:
        db.command("drop", "docs")
    except OperationFailure as error:
        if error.code != 26:  # there is no such collection
            raise


def _find(db, query):
    return [_with_text_id(document) for document in db.docs.find(query)]


def _with_text_id(document):
    document["_id"] = str(document["_id"])
    return document


def _update(db, id, change):
    if not ObjectId.is_valid(id):
        return False
    answer = _write(db, {"update": "docs", "updates": [{"q": {"_id": ObjectId(id)}, "u": change}]})
    return answer["n"] == 1


def _write(db, command):
    answer = db.command(command)
    if "writeErrors" in answer:
        raise ValueError(answer["writeErrors"][0]["errmsg"])
    if "writeConcernError" in answer:
        raise ValueError(answer["writeConcernError"])
    return answer
