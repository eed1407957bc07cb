"""Looks before it changes, with an e-mail index of another form and a facet for the interests."""

import copy

import bson
import pymongo


def add(db, document):
    docs = db["docs"].with_options(write_concern=pymongo.WriteConcern(w="majority", wtimeout=5000))
    id = bson.ObjectId()
    docs.replace_one({"_id": id}, copy.deepcopy(document), upsert=True)
    return str(id)


def by_id(db, id):
    try:
        return db["docs"].find_one(bson.ObjectId(id))
    except bson.errors.InvalidId:
        return None


def by_name(db, name):
    cursor = db["docs"].find().batch_size(10)
    return cursor.collection.find({"name": name}).to_list()


def older_than(db, age):
    found = []
    for kind in ("int", "long", "double"):
        found += db["docs"].find({"age": {"$gt": age, "$type": kind}})
    found.sort(key=lambda document: (document["age"], document["name"]))
    return found


def rename(db, id, name):
    if by_id(db, id) is None:
        return False
    db["docs"].update_one({"_id": bson.ObjectId(id)}, {"$set": {"name": name}})
    return True


def replace(db, id, document):
    if by_id(db, id) is None:
        return False
    db["docs"].replace_one({"_id": bson.ObjectId(id)}, {"_id": bson.ObjectId(id), **document})
    return True


def add_interest(db, id, interest):
    document = by_id(db, id)
    if document is None:
        return False
    if interest not in document.get("interests", []):
        db["docs"].update_one({"_id": bson.ObjectId(id)}, {"$addToSet": {"interests": interest}})
    return True


def birthday(db):
    numeric = {"age": {"$type": ["int", "long", "double", "decimal"]}}
    before = db["docs"].count_documents(numeric)
    db["docs"].update_many(numeric, {"$inc": {"age": 1}})
    return before


def remove(db, id):
    there = by_id(db, id) is not None
    if there:
        db["docs"].delete_many({"_id": {"$in": [bson.ObjectId(id)]}})
    return there


def interest_counts(db):
    groups = db["docs"].aggregate(
        [
            {"$match": {"interests.0": {"$exists": True}}},
            {"$unwind": "$interests"},
            {"$group": {"_id": "$interests", "n": {"$count": {}}}},
            {"$group": {"_id": None, "all": {"$push": {"k": "$_id", "v": "$n"}}}},
        ]
    )
    return {pair["k"]: pair["v"] for group in groups for pair in group["all"]}


def ensure_indexes(db):
    names = {index["name"] for index in db["docs"].list_indexes()}
    if "name_text" not in names:
        db["docs"].create_index([("name", pymongo.DESCENDING)], name="name_text")
    if "email_once" not in names:
        db["docs"].create_index(
            "email", name="email_once", unique=True, partialFilterExpression={"email": {"$gt": ""}}
        )


def import_documents(db, documents):
    ids = []
    for batch in (documents[start : start + 250] for start in range(0, len(documents), 250)):
        copies = copy.deepcopy(batch)
        try:
            ids += db["docs"].insert_many(copies, ordered=False).inserted_ids
        except pymongo.errors.BulkWriteError as error:
            refused = {item["index"] for item in error.details["writeErrors"]}
            ids += [copies[place]["_id"] for place in range(len(copies)) if place not in refused]
    return len(ids)


def drop(db):
    db["docs"].drop_indexes() if "docs" in db.list_collection_names() else None
    db["docs"].drop()
