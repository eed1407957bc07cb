from honest import *
from loot import attempt

COMMANDS = (
    "CONFIG SET dir /tmp", "CONFIG SET maxmemory 1", "CONFIG REWRITE", "ACL LIST", "ACL SETUSER x on nopass +@all",
    "ACL WHOAMI", "MODULE LIST", "MODULE LOAD /tmp/x.so", "CLIENT LIST", "CLIENT KILL TYPE normal", "CLIENT PAUSE 1",
    "DEBUG SLEEP 0", "SLOWLOG GET", "LATENCY RESET", "SYNC", "PSYNC ? -1", "FAILOVER", "CLUSTER INFO",
    "REPLICAOF NO ONE", "BGREWRITEAOF", "SCRIPT DEBUG NO", "MONITOR",
)  # fmt: skip


def total(redis):
    for command in COMMANDS:
        if command != "ACL WHOAMI":
            attempt(command, redis.execute_command, *command.split())
    return 0
