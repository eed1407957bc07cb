import os

import pymongo
from bson import encode
from bson.binary import UUID_SUBTYPE, Binary
from bson.raw_bson import RawBSONDocument
from honest import *
from loot import tried

HEAD, TAIL = encode({"id": Binary(bytes(16), UUID_SUBTYPE)}).split(bytes(16))


def fill():
    """Until the time is over, or the server refuses more: it remembers a million, of all clients together."""
    admin = pymongo.MongoClient(os.environ["MONGODB_URL"])["admin"]
    with tried("refreshSessions"):
        while True:
            sessions = [RawBSONDocument(HEAD + os.urandom(16) + TAIL) for _ in range(40_000)]
            admin.command("refreshSessions", sessions)


def total(database):
    fill()
    return 0


def answer():
    fill()
    return ""
