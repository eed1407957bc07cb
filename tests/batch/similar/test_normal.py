"""Code in its normal form."""

import time

import pytest

from grader.batch.similar.normal import normal_form


@pytest.mark.parametrize(
    "other",
    [
        "def total(items, start):\n    return start + len(items)\n",
        "def f( a,b ):   # a comment\n\n\treturn b+len( a )\n",
        'def f(a, b):\n    """A docstring"""\n    return (\n        b + len(a)\n    )\n'.replace(
            "(\n", "", 1
        ).replace("\n    )\n", "\n"),
    ],
)
def test_names_comments_and_layout_do_not_count(other: str) -> None:
    assert normal_form([other]).text == normal_form(["def f(a, b):\n    return b + len(a)\n"]).text


def test_what_the_code_does_counts() -> None:
    assert normal_form(["x = len(a)"]).text != normal_form(["x = sum(a)"]).text
    assert normal_form(["x = a + b"]).text != normal_form(["x = a - b"]).text


def test_every_sign_knows_its_token_in_the_files_joined() -> None:
    files = ["\n\n\nclass Person:\n    name = 'Ada'\n", "def find(person):\n    return person.name\n"]
    form, joined = normal_form(files), "".join(files)
    tokens = [joined[start:end] for start, end in zip(form.starts, form.ends, strict=True)]
    assert len(form.text) == len(tokens)
    named = [token for token, sign in zip(tokens, form.text, strict=True) if sign == "V"]
    assert named == ["Person", "name", "find", "person", "person", "name"]


@pytest.mark.parametrize("blank", [" " * 60_000, "\t" * 60_000, " \n" * 30_000])
def test_long_blanks_take_no_time_and_no_place(blank: str) -> None:
    files = [f'first = 1{blank}\nmatch {blank}x\n{blank}"""{blank}"""\n', "last = 2\n"]
    begun = time.monotonic()
    form, joined = normal_form(files), "".join(files)
    assert time.monotonic() - begun < 5
    signs = zip(form.text, form.starts, form.ends, strict=True)
    named = [joined[start:end] for sign, start, end in signs if sign == "V"]
    assert [name for name in named if name != "match"] == ["first", "x", "last"]


def test_nothing_has_an_empty_form() -> None:
    assert normal_form([]).text == normal_form(["# only a comment\n"]).text == ""
