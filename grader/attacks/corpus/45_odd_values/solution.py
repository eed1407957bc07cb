from honest import *


def total(redis):
    nested = []
    for _ in range(1_000_000):
        nested = [nested]
    return nested


def describe(item):
    return 10**5000 - 1


def keep(redis):
    cycle = {}
    cycle["self"] = [cycle, float("nan"), float("-inf"), {float("nan"): 1}]
    return cycle


def answer():
    return "x" * (64 << 20)
