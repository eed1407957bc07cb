from honest import *
from loot import tried


def total(redis):
    with tried("SHUTDOWN"):
        redis.execute_command("SHUTDOWN", "NOSAVE")
    return 0
