from honest import *


def total(redis):
    raise ValueError("x" * (60 << 20))


def describe(item):
    error = ValueError("first")
    error.__cause__ = error.__context__ = error
    raise error


class Meta(type):
    @property
    def __name__(cls):
        raise SystemExit(0)

    def __repr__(cls):
        raise SystemExit(0)


class Evil(Exception, metaclass=Meta):
    def __str__(self):
        raise KeyboardInterrupt


def answer():
    raise Evil
