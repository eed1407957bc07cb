"""Migrations that fail half-way, and servers that crash."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from grader import CallError, Relational, Submission, check

if TYPE_CHECKING:
    from conftest import Journey

Rows = list[tuple[Any, ...]]
Fail = Callable[[str], None]

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
POSTGRES = pytest.mark.parametrize("database", ["postgres"], indirect=True)
FAILING = '''
"""fails half-way, on purpose"""

from alembic import op

revision = "fails_half_way"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade():
    op.execute("create table half_done (id integer primary key)")
    op.execute("delete from address")
    raise RuntimeError("this revision fails on purpose")


def downgrade():
    pass
'''


@pytest.fixture
def fail(submission: Submission, database: Relational) -> Fail:
    """Puts a revision that fails half-way on top of the head, and goes up."""

    def run(head: str) -> None:
        submission.write("migrations/versions/fails_half_way.py", FAILING.format(head=head))
        with suppress(CallError):
            submission.alembic("upgrade", "head", database=database)
        submission.kill()

    return run


@pytest.fixture
def stop(submission: Submission, database: Relational) -> Callable[[], None]:
    """Goes up, and lets the next revision fail at its end; afterwards nothing is in its way any more."""

    def run() -> None:
        # The last that a revision does is to write its id. Rows that are there already are not looked at.
        database.execute("alter table alembic_version add constraint stands_still check (false) not valid")
        with suppress(CallError):
            submission.alembic("upgrade", "head", database=database)
        submission.kill()
        database.end_sessions()
        database.execute("alter table alembic_version drop constraint stands_still")

    return run


@POSTGRES
@check(
    points=4,
    criterion="transaction",
    timeout_s=15,
    hint="PostgreSQL takes back tables and rows alike if env.py runs the migrations inside `with "
    "context.begin_transaction():`, on a connection that does not commit each statement by itself.",
)
def test_failing_revision_changes_nothing(database: Relational, journey: "Journey", fail: Fail) -> None:
    """A revision that fails half-way leaves everything as it was, in PostgreSQL"""
    journey.go_up_with(["Ohio", "Texas"])
    numbers = journey.version()
    assert len(numbers) == 1, f"alembic_version should hold one revision after an upgrade, it holds {numbers}"
    fail(numbers[0])
    assert "half_done" not in database.tables(), "a table of the revision that failed is there"
    journey.expect_at_head("after a fourth revision has failed")
    found = journey.version()
    assert found == numbers, f"alembic_version holds {found} after a failed revision, expected {numbers}"


@POSTGRES
@check(
    points=4,
    criterion="transaction",
    hidden=True,
    timeout_s=15,
    hint="A commit in the middle of a revision, or an autocommit_block, makes half of it final. If the "
    "rest or a later revision fails, alembic_version does not tell the truth any more.",
)
def test_failing_way_up_ends_at_a_revision(
    history: Callable[[], Rows],
    database: Relational,
    journey: "Journey",
    stop: Callable[[], None],
    fail: Fail,
) -> None:
    """If the way up fails, the database is as alembic_version says, in PostgreSQL"""
    known = history()
    head = [revision for revision, _, _ in known if not any(revision in after for _, after, _ in known)]
    assert len(head) == 1, f"there should be one head, there are {len(head)}"
    journey.go("upgrade", "+2")
    journey.fill(["Ohio", "Texas", "Bavaria"])
    before, numbers = journey.tables(), journey.version()
    assert len(numbers) == 1, f"alembic_version should hold one revision after an upgrade, it holds {numbers}"
    stop()
    when = "after the third revision has failed at its very end"
    found = journey.version()
    assert found == numbers, f"alembic_version holds {found} {when}, expected {numbers}"
    assert journey.tables() == before, (
        f"alembic_version holds {numbers} {when}, and the tables are not as they were"
    )
    journey.expect_below_head(when)
    fail(head[0])
    found = journey.version()
    assert found in (numbers, head), f"alembic_version holds {found}, expected {numbers} or {head}"
    if found == head:
        journey.expect_at_head("after a fourth revision has failed")
        assert "half_done" not in database.tables(), "a table of the revision that failed is there"
    else:
        journey.expect_below_head("after the way up has failed")
        assert journey.tables() == before, (
            f"alembic_version holds {numbers} after the way up has failed, and the tables are not as there"
        )


@BOTH
@pytest.mark.usefixtures("people")
@check(
    points=4,
    criterion="persistence",
    timeout_s=15,
    hint="What `alembic upgrade head` has done must be committed when it ends: does env.py run the "
    "migrations inside `with context.begin_transaction():`?",
)
def test_upgrade_survives_a_crash(submission: Submission, database: Relational, journey: "Journey") -> None:
    """What an upgrade has done survives a crash of the server"""
    journey.go_up_with(["Ohio", "Texas", "Utah"])
    numbers = journey.version()
    assert len(numbers) == 1, f"alembic_version should hold one revision after an upgrade, it holds {numbers}"
    submission.kill()
    database.crash()
    journey.expect_at_head("after `alembic upgrade head` and a crash")
    found = journey.version()
    assert found == numbers, f"alembic_version holds {found} after a crash, expected {numbers}"


@BOTH
@check(
    points=4,
    criterion="persistence",
    hidden=True,
    timeout_s=15,
    hint="What a revision needs of those before it has to stand in the database, since the next command is "
    "another process and the server may have crashed in between.",
)
def test_work_goes_on_after_a_crash(submission: Submission, database: Relational, journey: "Journey") -> None:
    """After a crash below the last revision, a new process goes up to it"""
    journey.go("upgrade", "+1")
    journey.go("upgrade", "+1")
    journey.fill(["Ohio", "Texas", "Utah"])
    submission.kill()
    database.crash()
    journey.expect_below_head("after `alembic upgrade +1`, again, and a crash")
    journey.go("upgrade", "head")
    journey.expect_at_head("after a crash and `alembic upgrade head`")
