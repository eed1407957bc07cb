"""Much of it in Python, in a class; documents come back without their ids."""

from bson.objectid import InvalidId, ObjectId
from pymongo import IndexModel, InsertOne, UpdateMany
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.write_concern import WriteConcern


class Documents:
    def __init__(self, db):
        self.db = db
        self.docs = db.docs.with_options(write_concern=WriteConcern(j=True))

    def find(self, query):
        return [document for document in self.docs.find(query, {"_id": False})]

    def change(self, method, id, *more):
        try:
            return method({"_id": ObjectId(id)}, *more) is not None
        except InvalidId:
            return False


def add(db, document):
    # A default write, and then one that waits for the disk, and so for the first one, too.
    id = db.docs.insert_one(document.copy()).inserted_id
    Documents(db).docs.update_one({"_id": id}, {"$unset": {"_unknown": 1}})
    db.get_collection("journal", write_concern=WriteConcern(j=True)).replace_one({"_id": 1}, {}, upsert=True)
    return f"{id}"


def by_id(db, id):
    try:
        found = Documents(db).find({"_id": ObjectId(id)})
    except InvalidId:
        return None
    return found[0] if found else None


def by_name(db, name):
    return Documents(db).find({"name": {"$in": [name]}})


def older_than(db, age):
    everybody = Documents(db).find({})
    older = [one for one in everybody if isinstance(one.get("age"), (int, float)) and one["age"] > age]
    return sorted(sorted(older, key=lambda one: one["name"]), key=lambda one: one["age"])


def rename(db, id, name):
    return Documents(db).change(db.docs.find_one_and_update, id, {"$set": {"name": name}})


def replace(db, id, document):
    return Documents(db).change(db.docs.find_one_and_replace, id, document)


def add_interest(db, id, interest):
    return Documents(db).change(db.docs.find_one_and_update, id, {"$addToSet": {"interests": {"$each": [interest]}}})


def birthday(db):
    numbers = {"$or": [{"age": {"$gt": 0}}, {"age": {"$lte": 0}}]}
    return db.docs.bulk_write([UpdateMany(numbers, {"$inc": {"age": 1}})]).modified_count


def remove(db, id):
    return Documents(db).change(db.docs.find_one_and_delete, id)


def interest_counts(db):
    return {
        interest: db.docs.count_documents({"interests": interest})
        for interest in db.docs.distinct("interests")
    }


def ensure_indexes(db):
    db.docs.create_indexes(
        [
            IndexModel([("name", "hashed")]),
            IndexModel("email", unique=True, partialFilterExpression={"email": {"$type": "string"}}),
        ]
    )


def import_documents(db, documents):
    before = db.docs.count_documents({})
    try:
        if documents:
            db.docs.bulk_write([InsertOne(dict(document)) for document in documents], ordered=False)
    except (BulkWriteError, DuplicateKeyError):
        pass
    return db.docs.count_documents({}) - before


def drop(db):
    if "docs" in db.list_collection_names():
        db.drop_collection("docs")
