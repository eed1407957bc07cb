from honest import *


def total(redis):
    return 1900


def describe(item):
    return "name 3: 30"
