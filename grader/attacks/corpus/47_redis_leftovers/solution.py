from honest import *
from loot import tried

FUNCTION = "#!lua name=left\nredis.register_function('left', function() return 1 end)"


def total(redis):
    for command in (
        ("CONFIG", "SET", "maxmemory", "1"),
        ("FUNCTION", "LOAD", "REPLACE", FUNCTION),
        ("SCRIPT", "LOAD", "return 1"),
        ("ACL", "SETUSER", "default", "off"),
        ("SELECT", "7"),
        ("SET", "item:0", "left"),
        ("SET", "kept", "left"),
        ("CLIENT", "SETNAME", "left"),
        ("SUBSCRIBE", "left"),
    ):
        with tried(" ".join(command)[:30]):
            redis.execute_command(*command)
    return 0
