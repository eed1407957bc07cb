"""Steps up and down, and what stands in the database at each."""

from typing import TYPE_CHECKING, Any

import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Journey

Rows = list[tuple[Any, ...]]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
PARTS = {
    "primary_key": "primary key's columns",
    "references": "foreign keys",
    "unique": "unique columns",
    "indexes": "indexes",
}
LEFT = {
    "sqlite": r"select type || ' ' || name from public.sqlite_schema "
    r"where name not like 'sqlite\_%' escape '\' and tbl_name not in ('people', 'alembic_version') "
    "order by type <> 'table', name",
    "postgres": """
select case relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end || relname
from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
and relname not like 'people%' and relname not like 'alembic_version%'
union all select 'type ' || typname from pg_type
where typnamespace = 'public'::regnamespace and typtype in ('e', 'd') order by 1 desc""",
}


def difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Says in a few words how two descriptions of all tables differ; empty if they do not."""
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            return f"the table {name} is gone"
        if name not in before:
            return f"the table {name} is left"
        was, now = before[name], after[name]
        for column in sorted(was.columns.keys() | now.columns.keys()):
            pair = was.columns.get(column), now.columns.get(column)
            if pair[0] != pair[1]:
                return f"the column {name}.{column} was {described(pair[0])} and is {described(pair[1])}"
        for part, words in PARTS.items():
            if getattr(was, part) != getattr(now, part):
                return f"the {words} of {name} were {plain(was, part)} and are {plain(now, part)}"
    return ""


def described(column: tuple[str, bool] | None) -> str:
    """A column as a message has it."""
    return "not there" if column is None else f"{column[0]}{'' if column[1] else ' not null'}"


def plain(table: Any, part: str) -> object:  # noqa: ANN401 - of conftest
    """Keys or indexes as a message has them."""
    return sorted(getattr(table, part)) or "none"


@BOTH
@pytest.mark.usefixtures("people")
@check(
    points=6,
    criterion="migration",
    timeout_s=15,
    hint="downgrade() takes away what upgrade() of the same revision has made, and makes again what that has "
    "taken away: columns, types, not null, keys.",
)
def test_every_step_goes_down_again(journey: "Journey") -> None:
    """Each downgrade leaves the tables as they were before its upgrade"""
    seen, numbers = [journey.tables()], [journey.version()]
    for step in (1, 2, 3):
        journey.go("upgrade", "+1")
        seen.append(journey.tables())
        numbers.append(journey.version())
        assert difference(seen[-2], seen[-1]), f"revision {step} changes nothing"
        assert len(numbers[-1]) == 1, (
            f"alembic_version holds {numbers[-1]} after revision {step}, not one row"
        )
        assert numbers[-1] not in numbers[:-1], (
            f"alembic_version is the same before and after revision {step}"
        )
    for step in (2, 1, 0):
        journey.go("downgrade", "-1")
        told = difference(seen[step], journey.tables())
        assert not told, (
            f"going down from revision {step + 1} does not lead back to what was before it: {told}"
        )
        found = journey.version()
        assert found == numbers[step], (
            f"alembic_version holds {found} after going down from revision {step + 1}, "
            f"expected {numbers[step]}"
        )


@BOTH
@check(
    points=4,
    criterion="migration",
    timeout_s=15,
    hint="`people` is not yours. If autogenerate does not find a table in your models, it writes "
    'op.drop_table("people"): delete such lines. And what else has the way up made: types, tables, views?',
)
def test_way_down_leaves_people(database: Relational, people: Rows, journey: "Journey") -> None:
    """All the way up and down leaves people as it was, and nothing else"""
    for words, expected in (
        (("upgrade", "head"), {"address", "people"}),
        (("downgrade", "base"), {"people"}),
    ):
        journey.go(*words)
        missing = expected - set(database.tables())
        assert not missing, (
            f"after `alembic {' '.join(words)}` there is no table {' and no '.join(sorted(missing))}"
        )
        found = journey.look("select id, name, count from public.people order by id")
        assert found == people, f"after `alembic {' '.join(words)}` the rows of people are not as they were"
    left = [name for (name,) in journey.look(LEFT[database.name])]
    assert not left, f"after `alembic downgrade base` there is left: {', '.join(left[:3])}"


@BOTH
@pytest.mark.usefixtures("people")
@check(
    points=4,
    criterion="migration",
    hidden=True,
    timeout_s=15,
    hint="The second `alembic upgrade head` has nothing to do. Whatever env.py does by itself, it does every "
    "time.",
)
def test_second_upgrade_changes_nothing(
    submission: Submission, database: Relational, journey: "Journey"
) -> None:
    """A second `alembic upgrade head` is harmless"""
    journey.go_up_with(["Texas", "oh", "Bavaria"])
    before = all_rows(database, journey)
    assert before.get("alembic_version"), "alembic_version is empty after `alembic upgrade head`"
    submission.restart()
    journey.go("upgrade", "head")
    after = all_rows(database, journey)
    assert after.keys() == before.keys(), (
        f"a second upgrade makes of the tables {sorted(before)} the tables {sorted(after)}"
    )
    changed = [name for name in before if after[name] != before[name]]
    assert not changed, f"a second `alembic upgrade head` changes rows of {', '.join(changed)}"


def all_rows(database: Relational, journey: "Journey") -> dict[str, Rows]:
    """The rows of each table, sorted."""
    names = [name for name in database.tables() if '"' not in name]
    return {name: sorted(journey.look(f'select * from public."{name}"'), key=repr) for name in names}  # noqa: S608 - quoted


@BOTH
@check(
    points=4,
    criterion="migration",
    hidden=True,
    timeout_s=15,
    hint="Nothing in the revisions may depend on people. And the states are fifty again on the way down: "
    "what the third revision has added to state, its downgrade removes.",
)
def test_works_from_an_empty_database(states: dict[str, str], journey: "Journey") -> None:
    """A database without people goes up and down, and state holds the fifty again below the last revision"""
    journey.go_up_with(["Bavaria", "bavaria", "Ohio"])
    journey.go("downgrade", "-1")
    found = journey.look("select abbreviation, name from public.state")
    assert sorted(found, key=repr) == sorted(states.items(), key=repr), (
        f"after up and down state should hold the fifty states again, it holds {len(found)} rows"
    )
