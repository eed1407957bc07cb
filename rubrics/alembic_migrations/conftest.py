"""Addresses made from the seed, Alembic's commands, and what several checks look at in the database."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from reprlib import Repr
from typing import Any

import psycopg
import pytest

from grader import Relational, Submission

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho",
    "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas",
    "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia",
    "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
# Any of these texts is that state, in any case and with blanks around.
MEANINGS = {text.lower(): short for short, name in STATES.items() for text in (short, name)}
BLANKS = " \t\r\n"

ODD = (
    "O'Hara", '"quoted"', "100 % _ %s", ":city $1 {0}", "back\\slash", "Łódź Ærø", "隕石 🌠", "a;b--c", "",
)  # fmt: skip
STREETS = ("Main Street", "Ådalen", "Río Negro", "隕石通り", "O'Hara Lane", "50 % Road", 'The "Mews"')
KEYS = {"sqlite": "integer not null primary key", "postgres": "serial primary key"}
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60
SHORT.maxlist = SHORT.maxtuple = SHORT.maxset = 8

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    """A table as the database describes it, without the names of keys and the order of columns.

    Attributes:
        columns: By name, its type, and whether it takes nulls.
        references: Columns, the table that they refer to, and its columns.
        unique: The sets of columns that no two rows share, the primary key left out.
    """

    columns: dict[str, tuple[str, bool]]
    primary_key: tuple[str, ...]
    references: frozenset[tuple[tuple[str, ...], str, tuple[str, ...]]]
    unique: frozenset[tuple[str, ...]]
    indexes: frozenset[tuple[str, ...]]


@dataclass
class Journey:
    """The student's migrations on one database, and the addresses that should be there.

    Attributes:
        rows: Of each address id, address, city, and its state's abbreviation, or the text of an unknown one.
        texts: By the id, the state as it was put in.
    """

    submission: Submission
    database: Relational
    random: Random
    rows: Rows = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)

    def go(self, *words: str) -> None:
        """Runs Alembic, and fails the check if Alembic fails."""
        status = self.submission.alembic(*words, database=self.database)
        said = [line for line in self.submission.output.splitlines() if line.strip()]
        assert status == 0, f"`alembic {' '.join(words)}` fails: {said[-1] if said else 'it says nothing'}"

    def look(self, question: str, *parameters: object) -> Rows:
        """Asks the database; a table or column that is not there fails the check."""
        try:
            return self.database.rows(question, *parameters)
        except (sqlite3.Error, psycopg.Error) as error:
            raise AssertionError(f"the database cannot answer: {str(error).splitlines()[0]}") from None

    def refuses(self, statement: str, *values: object) -> str:
        """What the database says against something that another program does; empty if it does it."""
        try:
            self.database.execute(statement, *values)
        except (sqlite3.Error, psycopg.Error) as error:
            return str(error).splitlines()[0]
        return ""

    def fill(self, states: list[str]) -> None:
        """Puts an address for each of these texts of states into the table as the first revision makes it."""
        rows = list(zip(*self.new(len(states)), states, strict=True))
        try:
            self.database.execute_many("insert into address (address, city, state) values ($1, $2, $3)", rows)
        except (sqlite3.Error, psycopg.Error) as error:
            said = str(error).splitlines()[0]
            raise AssertionError(f"another program cannot add rows to address: {said}") from None
        found = self.look("select id, address, city, state from public.address order by id")
        self.rows = [(*row[:3], meaning(row[3])) for row in found]
        self.texts = {row[0]: row[3] for row in found}

    def go_up_with(self, states: list[str]) -> None:
        """Goes up to the last revision, with addresses in these states from the second on."""
        self.go("upgrade", "+2")
        self.fill(states)
        self.go("upgrade", "head")

    def new(self, number: int) -> tuple[list[str], list[str]]:
        """So many addresses, all different, and cities; some of them fill their columns."""
        numbers = self.random.sample(range(100, 100_000), number)
        addresses = [f"{one} {self.random.choice(STREETS)}" for one in numbers]
        cities = [self.random.choice((*ODD, "Springfield", "Ł" * 50)) for _ in numbers]
        return [one.ljust(50, "ł") if one.startswith("1") else one for one in addresses], cities

    def version(self) -> list[str]:
        """What alembic_version holds; nothing where it is not there."""
        if "alembic_version" not in self.database.tables():
            return []
        return [str(number) for (number,) in self.look("select version_num from public.alembic_version")]

    def tables(self) -> dict[str, Table]:
        """Describes every table but alembic_version."""
        describe = {"sqlite": sqlite_table, "postgres": postgres_table}[self.database.name]
        return {
            name: describe(self.look, name) for name in self.database.tables() if name != "alembic_version"
        }

    def expect_at_head(self, when: str) -> None:
        """Compares the addresses after the last revision; which state an unknown one refers to is free."""
        rows = self.look(
            "select a.id, a.address, a.city, s.abbreviation from public.address a "
            "left join public.state s on s.id = a.state_id"
        )
        expected = [(*row[:3], row[3] if row[3] in STATES else None) for row in self.rows]
        self.compare(when, [(*row[:3], row[3] if row[3] in STATES else None) for row in rows], expected)

    def expect_below_head(self, when: str) -> None:
        """Compares the addresses before the last revision, on the way up or on the way down."""
        rows = self.look("select id, address, city, state from public.address")
        self.compare(when, [(*row[:3], meaning(row[3])) for row in rows], self.rows)

    def compare(self, when: str, found: Rows, expected: Rows) -> None:
        """Holds addresses against what they must be, and tells of the first that differs."""
        by_id = {row[0]: row for row in found}
        assert len(by_id) == len(found), f"{when} two addresses have the same id"
        for row in expected:
            other = by_id.pop(row[0], None)
            which = f"{when} the address {row[0]}, {row[1]!r:.30} in {row[2]!r:.30},"
            assert other is not None, f"{which} is not there"
            assert other[1:3] == row[1:3], f"{which} is {SHORT.repr(other[1:3])}"
            text = self.texts.get(row[0])
            given = "" if text is None else f", put in with the state {text!r},"
            assert other[3] == row[3], f"{which[:-1]}{given} has {named(other[3])}, expected {named(row[3])}"
        assert not by_id, f"{when} there are {len(by_id)} addresses too many"


def meaning(text: object) -> object:
    """The abbreviation of the state that a text names; one that names none, as it is."""
    return MEANINGS.get(text.strip(BLANKS).lower(), text) if isinstance(text, str) else text


def named(state: object) -> str:
    """A state as a message has it."""
    return "none of the fifty states" if state is None else f"the state {SHORT.repr(state)}"


def sqlite_table(look: Callable[..., Rows], name: str) -> Table:
    """Describes a table in SQLite; a key without a name of its column refers to `id`."""

    def ask(pragma: str, of: str) -> Rows:
        quoted = of.replace('"', '""')
        return look(f'pragma public.{pragma}("{quoted}")')

    columns = ask("table_info", name)
    references: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    for key, _, target, column, other, *_ in ask("foreign_key_list", name):
        references.setdefault(key, (target, []))[1].append((column, other or "id"))
    indexes = [
        (bool(unique), origin, tuple(str(row[2]) for row in ask("index_info", index)))
        for _, index, unique, origin, *_ in ask("index_list", name)
    ]
    return Table(
        columns={row[1]: (row[2].upper(), not row[3] and not row[5]) for row in columns},
        primary_key=tuple(row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5]),
        references=frozenset(
            (tuple(column for column, _ in pairs), target, tuple(other for _, other in pairs))
            for target, pairs in references.values()
        ),
        unique=frozenset(names for unique, origin, names in indexes if unique and origin != "pk"),
        indexes=frozenset(names for unique, _, names in indexes if not unique),
    )


POSTGRES_COLUMNS = """
select attname::text, format_type(atttypid, atttypmod), not attnotnull from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped
"""
NAMES = "array(select attname::text from unnest({0}) with ordinality k(number, place) join pg_attribute \
on attrelid = {1} and attnum = number order by place)"
POSTGRES_KEYS = f"""
select {NAMES.format("conkey", "conrelid")}, confrelid::regclass::text, {NAMES.format("confkey", "confrelid")}
from pg_constraint where conrelid = $1::regclass and contype = 'f'
"""  # noqa: S608 - the rubric's own
POSTGRES_INDEXES = f"""
select indisunique, indisprimary, {NAMES.format("indkey::int2[]", "indrelid")} from pg_index
where indrelid = $1::regclass
"""  # noqa: S608 - the rubric's own


def postgres_table(look: Callable[..., Rows], name: str) -> Table:
    """Describes a table in PostgreSQL."""
    quoted = name.replace('"', '""')
    full = f'public."{quoted}"'
    indexes = [(unique, primary, tuple(names)) for unique, primary, names in look(POSTGRES_INDEXES, full)]
    return Table(
        columns={column: (kind, nullable) for column, kind, nullable in look(POSTGRES_COLUMNS, full)},
        primary_key=next((names for _, primary, names in indexes if primary), ()),
        references=frozenset(
            (tuple(columns), target.rpartition(".")[2], tuple(others))
            for columns, target, others in look(POSTGRES_KEYS, full)
        ),
        unique=frozenset(names for unique, primary, names in indexes if unique and not primary),
        indexes=frozenset(names for unique, _, names in indexes if not unique),
    )


@pytest.fixture
def random(seed: int) -> Random:
    """The check's own numbers."""
    return Random(f"{seed} addresses")


@pytest.fixture
def states() -> dict[str, str]:
    """The fifty, by their abbreviations."""
    return STATES


@pytest.fixture
def journey(submission: Submission, database: Relational, random: Random) -> Journey:
    """The student's migrations on the check's database."""
    return Journey(submission, database, random)


@pytest.fixture
def people(database: Relational, random: Random) -> Rows:
    """The table people with some rows, made before any migration; gives the rows."""
    columns = f"id {KEYS[database.name]}, name text not null, count integer not null"
    database.execute(f"create table people ({columns})")
    rows = [(f"{name} {random.randrange(1000)}", random.randrange(-9, 10**9)) for name in ODD]
    database.execute_many("insert into people (name, count) values ($1, $2)", rows)
    return database.rows("select id, name, count from public.people order by id")


HISTORY = """
def history():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    found = []
    for one in ScriptDirectory.from_config(Config("alembic.ini")).walk_revisions():
        before = one.down_revision or ()
        found.append([one.revision, [before] if isinstance(before, str) else list(before), one.doc or ""])
    return found
"""


@pytest.fixture
def history(submission: Submission) -> Callable[[], Rows]:
    """The revisions in any order, each with the list of those before it, and its message."""

    def read() -> Rows:
        found = submission.probe(HISTORY, "history")
        return [tuple(row) for row in found] if isinstance(found, list) else []

    return read
