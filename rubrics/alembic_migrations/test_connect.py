"""The database that is migrated is the one that DATABASE_URL names."""

from typing import TYPE_CHECKING

import pytest

from grader import Relational, check

if TYPE_CHECKING:
    from conftest import Journey

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


@BOTH
@pytest.mark.usefixtures("people")
@check(
    points=4,
    criterion="connect",
    timeout_s=15,
    hint='migrations/env.py decides where Alembic connects: os.environ["DATABASE_URL"] says where. '
    "Hand it to create_engine.",
)
def test_migrates_the_database_of_the_url(database: Relational, journey: "Journey") -> None:
    """`alembic upgrade head` works on the database that DATABASE_URL names"""
    journey.go("upgrade", "head")
    found = database.tables()
    missing = [name for name in ("address", "alembic_version", "people", "state") if name not in found]
    assert not missing, (
        f"after `alembic upgrade head` the database of DATABASE_URL has no {', '.join(missing)}"
    )
    numbers = journey.version()
    assert len(numbers) == 1, f"alembic_version should hold one revision, the last; it holds {numbers}"
