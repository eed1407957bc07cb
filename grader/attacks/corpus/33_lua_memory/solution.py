from honest import *
from loot import attempt

SCRIPT = "local kept = {} for n = 1, 200000000 do kept[n] = n end return #kept"


def total(redis):
    attempt("4 GiB in the server", redis.eval, SCRIPT, 0)
    return 0
