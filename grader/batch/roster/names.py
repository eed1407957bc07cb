"""People's names, made comparable: order, case, punctuation and, in a second try, accents do not count."""

import unicodedata
from collections.abc import Callable

_MARKS = {"Mn", "Mc"}


def exact(name: str) -> str:
    """Letters, their marks and digits, without case."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in text if letter.isalnum() or unicodedata.category(letter) in _MARKS)


def without_accents(name: str) -> str:
    """The same without accents on letters."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if letter.isalnum())


FORMS: tuple[Callable[[str], str], ...] = (exact, without_accents)
"""From strict to lenient."""


def orders(name: str, form: Callable[[str], str]) -> set[str]:
    """A name in each order that a platform may give it, `Ada Lovelace` or `Lovelace, Ada`, run together."""
    last, comma, first = name.partition(",")
    words = [*first.split(), *last.split()] if comma else name.split()
    formed = [form(word) for word in words]
    return {"".join(formed[start:] + formed[:start]) for start in range(max(len(formed), 1))} - {""}
