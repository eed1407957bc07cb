from honest import *
from loot import tried


def total(database):
    deep = {}
    for _ in range(90):
        deep = {"x": deep}
    for command in (
        {"profile": 2},
        {"create": "view", "viewOn": "items", "pipeline": [{"$unionWith": "view"}]},
        {"create": "capped", "capped": True, "size": 4096, "validator": {"nothing": {"$exists": True}}},
        {"collMod": "items", "validator": {"nothing": {"$exists": True}}},
        {"create": "system.js"},
        {"insert": "deep", "documents": [deep]},
        {"insert": "\x1b[2J", "documents": [{"_id": "\x1b[2J"}]},
    ):
        with tried(next(iter(command))):
            database.command(command)
    return 0
