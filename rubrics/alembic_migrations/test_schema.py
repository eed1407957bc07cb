"""The tables that the revisions make."""

import re
from typing import TYPE_CHECKING

import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Journey

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def expect_text(column: str, kind: tuple[str, bool] | None, size: int) -> None:
    """Holds a column of `address` against varchar(size) not null."""
    assert kind is not None, f"the table address has no column {column}"
    text, nullable = kind
    assert re.fullmatch(rf"(?i)(n?varchar|character varying) ?\({size}\)", text), (
        f"address.{column} should be varchar({size}), it is {text}"
    )
    assert not nullable, f"address.{column} should be not null, it takes nulls"


@BOTH
@check(
    points=6,
    criterion="schema",
    needs="test_migrates_the_database_of_the_url",
    timeout_s=15,
    hint="Look into the database after `alembic upgrade head`: which columns and which keys do the tables "
    "have? SQLite needs batch mode for a foreign key on a table that is there.",
)
def test_head_has_its_tables(journey: "Journey") -> None:
    """After the last revision address refers to state by state_id"""
    found = journey.tables()
    for name, columns in (
        ("address", {"id", "address", "city", "state_id"}),
        ("state", {"id", "name", "abbreviation"}),
    ):
        missing = columns - set(found[name].columns)
        assert not missing, f"after the last revision the table {name} has no {', '.join(sorted(missing))}"
        key = found[name].primary_key
        assert key == ("id",), (
            f"id should be the primary key of {name}; its primary key is {key or 'nothing'}"
        )
    address = found["address"]
    for column in ("address", "city"):
        expect_text(column, address.columns[column], 50)
    assert "state" not in address.columns, "after the last revision address still has the column state"
    assert (("state_id",), "state", ("id",)) in address.references, (
        "address.state_id should be a foreign key that refers to state.id; it is none"
    )


@BOTH
@check(
    points=4,
    criterion="schema",
    timeout_s=15,
    hint="The revision that makes `state` also fills it, with op.bulk_insert or an INSERT: names and "
    "abbreviations of the fifty states, no territories and no district.",
)
def test_second_revision_has_fifty_states(journey: "Journey", states: dict[str, str]) -> None:
    """After the second revision state holds the fifty states"""
    journey.go("upgrade", "+2")
    found = journey.look("select abbreviation, name from public.state")
    assert len(found) == 50, f"state should hold 50 rows after `alembic upgrade +2`, it holds {len(found)}"
    wrong = sorted(set(found) - set(states.items()), key=repr)
    assert not wrong, f"state holds {wrong[0]!r} (abbreviation, name), which is none of the fifty states"


@BOTH
@check(
    points=4,
    criterion="schema",
    hidden=True,
    timeout_s=15,
    hint="varchar(50) takes 50 letters, not null refuses nulls, and the database chooses the id.",
)
def test_first_revision_makes_address(journey: "Journey") -> None:
    """After the first revision address takes what it should, and nothing else"""
    journey.go("upgrade", "+1")
    found = journey.tables()
    assert "address" in found, "after `alembic upgrade +1` there is no table address"
    assert "state" not in found, "after `alembic upgrade +1` there is a table state already"
    for column, size in (("address", 50), ("city", 50), ("state", 20)):
        expect_text(column, found["address"].columns.get(column), size)
    journey.fill(["Texas", "Ł" * 20, "", "Bavaria"])
    stored = [state for *_, state in journey.rows]
    assert stored == ["TX", "Ł" * 20, "", "Bavaria"], (
        f"address changes the states that are put in to {stored}"
    )
    for column in ("address", "city", "state"):
        assert journey.refuses(f"update address set {column} = null"), f"address.{column} takes a null"  # noqa: S608 - one of three names


@BOTH
@check(
    points=4,
    criterion="schema",
    hidden=True,
    timeout_s=15,
    hint="Uniqueness is a unique constraint or a unique index on state.abbreviation. What a table refuses, "
    "it still refuses after batch mode has made it anew.",
)
def test_head_keeps_its_rules(submission: Submission, database: Relational, journey: "Journey") -> None:
    """After the last revision no abbreviation is there twice, and the database chooses ids"""
    journey.go("upgrade", "head")
    submission.kill()
    assert journey.refuses("update state set abbreviation = 'TX' where abbreviation = 'CA'"), (
        "state takes the abbreviation TX twice"
    )
    texas = journey.look("select id from public.state where abbreviation = 'TX'")
    assert len(texas) == 1, f"state should hold TX once, it holds it {len(texas)} times"
    for number in (1, 2):
        row = (f"{number} Road", "Austin", texas[0][0])
        said = journey.refuses("insert into address (address, city, state_id) values ($1, $2, $3)", *row)
        assert not said, f"address does not take a row with address, city and state_id: {said}"
    for column in ("address", "city"):
        assert journey.refuses(f"update address set {column} = null"), f"address.{column} takes a null"  # noqa: S608 - one of two names
    if database.name == "postgres":
        assert journey.refuses("update address set state_id = 1000000"), (
            "address takes a state_id of no state"
        )
