"""Documents in MongoDB, all in the collection `docs`."""

from bson import ObjectId
from bson.errors import InvalidId
from pymongo import ASCENDING, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

NUMERIC_AGE = {"age": {"$type": "number"}}


def add(db: Database, document: dict) -> str:
    """Stores a new document, and gives its id when it is on the disk."""
    # The driver writes the new _id into the dict that it is given.
    return str(_journaled(db).insert_one(dict(document)).inserted_id)


def by_id(db: Database, id: str) -> dict | None:
    """Gives the document with this id; None if there is none."""
    key = _key(id)
    return None if key is None else db.docs.find_one({"_id": key})


def by_name(db: Database, name: str) -> list[dict]:
    """Gives all documents with exactly this name."""
    return list(db.docs.find({"name": name}))


def older_than(db: Database, age: float) -> list[dict]:
    """Gives the documents with a greater age, by age and name."""
    # A number is compared with numbers only.
    return list(db.docs.find({"age": {"$gt": age}}).sort([("age", ASCENDING), ("name", ASCENDING)]))


def rename(db: Database, id: str, name: str) -> bool:
    """Changes the name of a document, and says whether there is such a document."""
    return _update(db, id, {"$set": {"name": name}})


def replace(db: Database, id: str, document: dict) -> bool:
    """Puts another document in the place of one, and says whether there is such a document."""
    key = _key(id)
    return key is not None and db.docs.replace_one({"_id": key}, document).matched_count == 1


def add_interest(db: Database, id: str, interest: str) -> bool:
    """Adds an interest to a document that does not have it, and says whether there is such a document."""
    return _update(db, id, {"$addToSet": {"interests": interest}})


def birthday(db: Database) -> int:
    """Makes everybody a year older, and gives how many have changed."""
    return db.docs.update_many(NUMERIC_AGE, {"$inc": {"age": 1}}).modified_count


def remove(db: Database, id: str) -> bool:
    """Removes a document, and says whether it was there."""
    key = _key(id)
    return key is not None and db.docs.delete_one({"_id": key}).deleted_count == 1


def interest_counts(db: Database) -> dict[str, int]:
    """Gives how many documents have each interest."""
    groups = db.docs.aggregate(
        [{"$unwind": "$interests"}, {"$group": {"_id": "$interests", "number": {"$sum": 1}}}]
    )
    return {group["_id"]: group["number"] for group in groups}


def ensure_indexes(db: Database) -> None:
    """Makes the index by name, and the one that keeps each e-mail from being there twice."""
    db.docs.create_index("name")
    # A sparse index has no entry for a document without the field.
    db.docs.create_index("email", unique=True, sparse=True)


def import_documents(db: Database, documents: list[dict]) -> int:
    """Stores many documents, without those that the server refuses, and gives how many are stored."""
    stored = 0
    for document in documents:
        try:
            key = {"_id": document.get("_id", ObjectId())}
            stored += db.docs.update_one(key, {"$setOnInsert": document}, upsert=True).matched_count == 0
        except DuplicateKeyError:
            pass
    return stored


def drop(db: Database) -> None:
    """Removes the collection."""
    db.docs.drop()


def _journaled(db: Database) -> Collection:
    """The collection, in which a write has an answer when it is on the disk."""
    return db.get_collection("docs", write_concern=WriteConcern(w=1, j=True))


def _key(id: str) -> ObjectId | None:
    try:
        return ObjectId(id)
    except InvalidId:
        return None


def _update(db: Database, id: str, change: dict) -> bool:
    key = _key(id)
    return key is not None and db.docs.update_one({"_id": key}, change).matched_count == 1
