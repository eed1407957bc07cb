from honest import *
from loot import attempt

COMMANDS = (
    ("admin", {"fsync": 1, "lock": True}),
    ("admin", {"fsyncUnlock": 1}),
    ("admin", {"setParameter": 1, "logLevel": 1}),
    ("admin", {"getCmdLineOpts": 1}),
    ("admin", {"getLog": "global"}),
    ("admin", {"listDatabases": 1, "nameOnly": False}),
    ("admin", {"createUser": "other", "pwd": "x", "roles": ["root"]}),
    ("student", {"createUser": "other", "pwd": "x", "roles": []}),
    ("student", {"updateUser": "student", "roles": ["root"]}),
    ("admin", {"currentOp": 1}),
    ("other", {"insert": "items", "documents": [{"_id": 1}]}),
    ("local", {"find": "startup_log"}),
    ("admin", {"replSetInitiate": {}}),
)


def total(database):
    for name, command in COMMANDS:
        what = f"{next(iter(command))} on {name}"
        if what == "listDatabases on admin":
            continue
        attempt(what, database.client[name].command, command)
    return 0
