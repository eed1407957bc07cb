"""People made from the seed, the table filled with them, and what several checks look at in the database."""

import sqlite3
from collections.abc import Callable
from random import Random
from reprlib import Repr

import psycopg
import pytest

from grader import Relational, Submission

Person = tuple[str, int]

# Nothing that means anything in SQL: that has checks of its own.
PLACES = ("Ådalen", "Łowicz", "Río Negro", "Iron Creek", "隕石", "Žebrák", "Aachen")
ODD_NAMES = (
    "None", "NULL", "0", " ", " blanks at both ends ", "tab\tand\nline end", "O'Hara", '"quoted"', "''",
    "100 % _ {0} %s ? :name $1 %(name)s", "back\\slash", "Å", "A\u030a", "🌠 Чебаркуль 隕石", "a;b--c",
    "Case", "case",
)  # fmt: skip
# No index of PostgreSQL's takes a text of this length, whose letters do not repeat.
LONG = 12_000
LETTERS = "abcdefghijklmnopqrstuvwxyzßłøþ"
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60
SHORT.maxlist = SHORT.maxtuple = 8


@pytest.fixture
def random(seed: int) -> Random:
    """The check's own numbers."""
    return Random(f"{seed} people")


@pytest.fixture
def names(random: Random) -> Callable[[int], list[str]]:
    """Makes so many names, all different."""

    def make(number: int) -> list[str]:
        chosen = random.sample(range(1_000, 100_000), number)
        return [f"{random.choice(PLACES)} {one}" for one in chosen]

    return make


@pytest.fixture
def plain_names(random: Random) -> Callable[[int], list[str]]:
    """Makes so many names of small ASCII letters, all different, which every collation sorts alike."""

    def make(number: int) -> list[str]:
        found: set[str] = set()
        while len(found) < number:
            found.add("".join(random.choices(LETTERS[:26], k=6)))
        return random.sample(sorted(found), number)

    return make


@pytest.fixture
def odd_names(random: Random) -> list[str]:
    """Names as nobody expects them, in any order; the last is very long."""
    odd = list(ODD_NAMES)
    random.shuffle(odd)
    return [*odd, "".join(random.choices(LETTERS, k=LONG))]


@pytest.fixture
def show() -> Callable[[object], str]:
    """A value as a message has it: cut where it is long."""
    return SHORT.repr


@pytest.fixture
def fill(submission: Submission, database: Relational) -> Callable[[list[Person]], None]:
    """Makes the table by the student's own create_tables, and puts people in."""

    def filled(people: list[Person]) -> None:
        submission.call("create_tables", database)
        assert "people" in database.tables(), (
            "another program sees no table people after create_tables(engine)"
        )
        try:
            database.execute_many("insert into people (name, count) values ($1, $2)", people)
        except (sqlite3.Error, psycopg.Error) as error:
            raise AssertionError(
                f"another program cannot put people into the table: {str(error).splitlines()[0]}"
            ) from None

    return filled


@pytest.fixture
def stored(database: Relational) -> Callable[[], list[Person]]:
    """Looks who is in the table, as another program sees it; sorted."""

    def look() -> list[Person]:
        try:
            found = database.rows("select name, count from public.people")
        except (sqlite3.Error, psycopg.Error) as error:
            raise AssertionError(f"the table people cannot be read: {str(error).splitlines()[0]}") from None
        return sorted(((name, count) for name, count in found), key=repr)

    return look


@pytest.fixture
def expect(stored: Callable[[], list[Person]]) -> Callable[[str, list[Person]], None]:
    """Holds the table against what it should have; what is wrong is told in one line."""

    def compare(after: str, people: list[Person]) -> None:
        found, expected = stored(), sorted(people, key=repr)
        missing = [person for person in expected if found.count(person) < expected.count(person)]
        surplus = [person for person in found if found.count(person) > expected.count(person)]
        parts = [
            f"{what} {SHORT.repr(rows)}"
            for what, rows in (("without", missing), ("and has", surplus))
            if rows
        ]
        assert found == expected, f"after {after} another program sees the table {' '.join(parts)}"

    return compare


@pytest.fixture
def created(submission: Submission) -> Callable[[Relational], None]:
    """Makes the table by the student's own create_tables, and sees that it is there."""

    def create(database: Relational) -> None:
        submission.call("create_tables", database)
        assert "people" in database.tables(), (
            "another program sees no table people after create_tables(engine)"
        )

    return create
