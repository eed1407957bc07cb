"""Makes the root account of a server that has none."""

import os

import pymongo

client = pymongo.MongoClient("127.0.0.1", 27017, serverSelectionTimeoutMS=30_000)
client.admin.command(
    "createUser",
    os.environ["MONGO_INITDB_ROOT_USERNAME"],
    pwd=os.environ["MONGO_INITDB_ROOT_PASSWORD"],
    roles=[{"role": "root", "db": "admin"}],
)
