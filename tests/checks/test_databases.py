"""A check that runs on several databases."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from textwrap import dedent
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from grader.checks import station
from grader.config import ServiceSettings
from grader.errors import CourseError
from grader.results import Cause, Outcome
from grader.sandbox.base import MIB, Limits

if TYPE_CHECKING:
    from tests.checks.conftest import SmallCourse

BOTH = """
    from grader import Relational

    @pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
    @check(points=5, criterion="load")
    def test_stores(submission: Submission, database: Relational) -> None:
        \"\"\"A person is stored\"\"\"
        assert database.tables() == [], "it should begin empty"
        submission.call("create", database)
        database.execute("insert into people values ($1)", "Ada")
        submission.call("add", database, "O'Hara")
        assert database.rows("select name from public.people order by name") == [("Ada",), ("O'Hara",)], "two"

    @pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
    @check(points=3, criterion="query", needs="test_stores")
    def test_finds(submission: Submission, database: Relational) -> None:
        \"\"\"A person is found\"\"\"
        assert submission.call("count", database) == 2, "there should be two"
        assert submission.call("same", database, database.argument(KIND[database.name])), "the same client"
        assert not submission.call("same", database, database.argument(KIND[database.name] + "#2")), "another"
        url = submission.call("text", database.argument("url"))
        assert url.startswith(database.url.partition(":")[0]), "the url"

    KIND = {"sqlite": "sqlite3.Connection", "postgres": "psycopg.Connection"}
"""

SOLUTION = """
    def mark(conn):
        return "?" if "sqlite3" in type(conn).__module__ else "%s"
    def create(conn):
        conn.cursor().execute("create table people (name text)")
        conn.commit()
    def add(conn, name):
        conn.cursor().execute(f"insert into people values ({mark(conn)})", (name,))
        conn.commit()
    def count(conn):
        cursor = conn.cursor()
        cursor.execute("select count(*) from people")
        return cursor.fetchone()[0]
    def same(one, other):
        return one is other
    def text(value):
        return value
"""


@pytest.fixture
def both(course: "SmallCourse") -> "SmallCourse":
    course.services = ("sqlite", "postgres")
    return course


def test_one_check_runs_on_both_and_splits_its_points(both: "SmallCourse") -> None:
    result = both.grade(BOTH, SOLUTION, SOLUTION)
    assert [(check.check.id, check.outcome, check.message) for check in result.checks] == [
        (name, Outcome.PASSED, "")
        for name in (
            "test_stores[sqlite]",
            "test_finds[sqlite]",
            "test_stores[postgres]",
            "test_finds[postgres]",
        )
    ]
    assert [check.points for check in result.checks] == [Decimal("2.5"), Decimal("1.5")] * 2
    assert result.checks[0].check.title == "A person is stored (sqlite)"
    assert {service.name for service in result.services} == {"sqlite", "postgres"}


def test_a_solution_for_one_database_has_its_points(both: "SmallCourse") -> None:
    result = both.grade(BOTH, SOLUTION.replace('"%s"', '"?"'), SOLUTION)
    assert [check.outcome for check in result.checks] == [
        Outcome.PASSED,
        Outcome.PASSED,
        Outcome.FAILED,
        Outcome.BLOCKED,
    ]


def test_a_case_needs_only_its_own_database(both: "SmallCourse") -> None:
    of = {"postgres": ServiceSettings(program="/no/such/postgres")}
    both.settings = replace(both.settings, of=MappingProxyType(of))
    result = both.grade(BOTH, SOLUTION, SOLUTION)
    assert [check.outcome for check in result.checks] == [
        Outcome.PASSED,
        Outcome.PASSED,
        Outcome.UNGRADED,
        Outcome.UNGRADED,
    ]
    assert "/no/such/postgres" in result.checks[2].message


@pytest.mark.parametrize(
    ("mark", "complaint"),
    [
        ("", "parametrize"),
        ('@pytest.mark.parametrize("database", ["sqlite", "postgres"])', "indirect=True"),
        ('@pytest.mark.parametrize("database", ["sqlite", "oracle"], indirect=True)', "'oracle'"),
        ('@pytest.mark.parametrize("database", ["sqlite", "redis"], indirect=True)', "'redis'"),
        ('@pytest.mark.parametrize("other", ["sqlite"])', "parametrize"),
    ],
)
def test_a_wrong_use_of_database_is_an_error_with_file_and_line(
    both: "SmallCourse", mark: str, complaint: str
) -> None:
    # No server is needed to find it out.
    of = {"postgres": ServiceSettings(program="/no/such/postgres")}
    both.settings = replace(both.settings, of=MappingProxyType(of))
    parameter = ", other" if "other" in mark else ""
    rubric = f"""
    {mark}
    @check(points=1, criterion="query")
    def test_it(database{parameter}) -> None:
        \"\"\"Title\"\"\"
    """
    with pytest.raises(CourseError, match=r"test_tiny\.py:\d+: test_it uses") as raised:
        both.grade(rubric)
    assert complaint in str(raised.value)


def test_a_database_that_the_lab_does_not_list_is_an_error(course: "SmallCourse") -> None:
    course.services = ("sqlite",)
    with pytest.raises(CourseError, match="'postgres', which is none of the relational services"):
        course.grade(BOTH)


@pytest.mark.parametrize("name", ["postgres", "sqlite"])
def test_a_service_that_the_lab_does_not_list_is_an_error(course: "SmallCourse", name: str) -> None:
    rubric = f"""
    @check(points=1, criterion="query")
    def test_it({name}) -> None:
        \"\"\"Title\"\"\"
    """
    with pytest.raises(CourseError, match=f"uses {name}, which"):
        course.grade(rubric)


def test_a_session_that_is_left_open_spoils_nothing(both: "SmallCourse") -> None:
    rubric = """
    @pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
    @pytest.mark.parametrize("turn", [1, 2, 3])
    @check(points=6, criterion="load")
    def test_reads(submission: Submission, database, turn) -> None:
        \"\"\"Reads\"\"\"
        database.execute("create table people (name text)")
        assert submission.call("read", database) is None, "read gives None"
        database.execute("insert into people values ('Ada')")
        submission.start().call("read", database)
    """
    solution = (
        "def read(conn):\n    conn.execute('select * from people')\n    conn.cursor().execute('select 1')\n"
    )
    result = both.grade(rubric, solution, solution)
    assert {(check.outcome, check.message) for check in result.checks} == {(Outcome.PASSED, "")}
    assert all(check.duration_s < 3 for check in result.checks)


FILLS = {
    "postgres": """
    import time
    def fill(conn):
        conn.execute("create table large (block text)")
        conn.execute("alter table large alter column block set storage external")
        for _ in range(16):
            conn.execute("insert into large values (repeat('x', 4 << 20))")
            conn.commit()
        time.sleep(20)
    """,
    "mongodb": """
    import os, time
    def fill(db):
        for _ in range(16):
            db.large.insert_one({"block": os.urandom(4 << 20)})
        time.sleep(20)
    """,
    "sqlite": """
    import time
    def fill(conn):
        conn.execute("create table large (block blob)")
        for _ in range(16):
            conn.execute("insert into large values (randomblob(?))", (4 << 20,))
            conn.commit()
        time.sleep(20)
    """,
}


@pytest.mark.parametrize("service", FILLS)
def test_a_solution_that_stores_without_end_is_stopped(
    course: "SmallCourse", monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    monkeypatch.setattr(station, "Limits", partial(Limits, stored_bytes=24 * MIB, disk_bytes=24 * MIB))
    course.services = (service,)
    fills = f"""
    @check(points=5, criterion="load", timeout_s=20)
    def test_fills(submission: Submission, {service}) -> None:
        \"\"\"It keeps measure\"\"\"
        submission.call("fill", {service})

    @check(points=5, criterion="load")
    def test_after(submission: Submission, {service}) -> None:
        \"\"\"The next check is not concerned\"\"\"
        assert {service}.stored_bytes() < 24 << 20, "its database is as large as before"
        submission.call("wait", 1)
    """
    full, after = course.grade(fills, f"{dedent(FILLS[service])}{WAITS}").checks
    assert (full.outcome, full.cause) == (Outcome.FAILED, Cause.CRASHED)
    assert "24 MiB" in full.message
    assert after.outcome is Outcome.PASSED, after.message


WAITS = """
def wait(seconds):
    time.sleep(seconds)
"""
