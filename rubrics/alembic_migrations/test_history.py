"""The revisions as files, and the models beside them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from grader import Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Journey

Rows = list[tuple[Any, ...]]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@check(
    points=4,
    criterion="migration",
    timeout_s=10,
    hint="`alembic history` shows the revisions, `alembic heads` should show one. Each names the one before "
    "it as its down_revision.",
)
def test_history_is_one_line(history: Callable[[], Rows]) -> None:
    """There are three revisions, each after the other"""
    found = history()
    assert len(found) == 3, f"migrations/versions/ should hold three revisions, it holds {len(found)}"
    before = [revision for revision, after, _ in found if not after]
    assert len(before) == 1, (
        f"one revision should be the first, there are {len(before)} without a down_revision"
    )
    for number in (1, 2):
        following = [revision for revision, after, _ in found if after == before[-1:]]
        assert len(following) == 1, (
            f"one revision should follow revision {number}, there are {len(following)}"
        )
        before += following


@check(
    points=2,
    criterion="quality",
    timeout_s=10,
    hint='`alembic revision -m "make the table address"` gives a revision its message: the first line of its '
    "docstring.",
)
def test_revisions_have_messages(history: Callable[[], Rows]) -> None:
    """Each revision has a message of its own"""
    found = history()
    assert found, "migrations/versions/ holds no revision"
    messages = [str(message).strip() for _, _, message in found]
    silent = [message for message in messages if message.lower() in {"", "none", "empty message"}]
    assert not silent, f"{len(silent)} of {len(messages)} revisions have no message"
    assert len(set(messages)) == len(messages), f"two revisions have the same message: {sorted(messages)}"


@BOTH
@pytest.mark.usefixtures("people")
@check(
    points=4,
    criterion="quality",
    timeout_s=15,
    hint="models.py describes the tables as they are after the last revision, and env.py leaves people out "
    "of the comparison or models.py has it too. `alembic check` lists what differs.",
)
def test_models_are_up_to_date(database: Relational, journey: "Journey") -> None:
    """`alembic check` finds no difference between the models and the database"""
    journey.go("upgrade", "head")
    assert "address" in database.tables(), "after `alembic upgrade head` there is no table address"
    journey.go("check")


@BOTH
@check(
    points=4,
    criterion="quality",
    hidden=True,
    needs="test_models_are_up_to_date",
    timeout_s=15,
    hint="`alembic check` compares only if env.py hands over the metadata of all models, and include_name or "
    "include_object leaves out nothing but people.",
)
def test_check_finds_a_difference(submission: Submission, database: Relational) -> None:
    """`alembic check` finds a difference that is there"""
    database.execute("alter table address rename column city to town")
    status = submission.alembic("check", database=database)
    assert status != 0, "`alembic check` finds nothing although address has no column city any more"
