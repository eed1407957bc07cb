from honest import *
from loot import tried


def total(database):
    with tried("shutdown"):
        database.client.admin.command("shutdown", force=True)
    return 0
