"""The gradebook in SQLite and in PostgreSQL."""

import re
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from grader.batch.gradebook import fill, gradebook_url
from grader.batch.gradebook.database import VERSION_TABLE, open_gradebook
from grader.batch.gradebook.models import CheckRow, GradeRow, HandInRow, ManualPointsRow, Row
from grader.batch.gradebook.rows import key_text
from grader.batch.grades import GradeStatus
from grader.batch.journal import Fault, Graded, Record, Student
from grader.deadlines import Deadline
from grader.errors import UsageError
from tests.batch.sample_journal import NOW, RUBRIC, begun, given, handed_in, journal, overridden, result


def everything() -> list[Record]:
    return [
        *journal({"ann": "6.5", "bob": "3.34"}, students=[Student("ann", "Ann", "a@x", {"canvas_id": "7"})]),
        Fault("hash of bob", RUBRIC, "the server was away", 1, NOW),
        Graded(result("hash of ann", "10")),
        given("ann", "Style", "1.1"),
        overridden("bob", "9.99"),
        overridden("bob", "8.01"),
    ]


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def content(url: str) -> dict[str, list[Any]]:
    with connected(url) as connection:
        return {
            table.name: connection.execute(sa.select(table).order_by(*table.primary_key)).fetchall()  # type: ignore[misc] # rows
            for table in Row.metadata.sorted_tables
        }


def test_what_stands_in_the_journal_stands_in_the_gradebook(url: str) -> None:
    fill(everything(), Deadline(), url)
    found = content(url)
    assert {name: len(rows) for name, rows in found.items()} == {
        "labs": 1,
        "batch_runs": 1,
        "students": 2,
        "student_ids": 1,
        "hand_ins": 2,
        "hand_in_students": 2,
        "results": 3,
        "checks": 6,
        "faults": 1,
        "manual_points": 1,
        "overrides": 2,
        "grades": 2,
        "flaky_results": 1,
    }
    assert [
        (row.student, row.points, row.override_points, row.final_points, row.is_flaky)
        for row in found["grades"]
    ] == [
        ("ann", Decimal(10), None, Decimal(10), True),
        ("bob", Decimal("3.34"), Decimal("8.01"), Decimal("8.01"), False),
    ]
    assert [row.counts for row in found["results"]] == [False, True, True]
    assert [row.counts for row in found["overrides"]] == [False, True]
    assert found["batch_runs"][0].begun_at == NOW
    assert found["flaky_results"][0].outcomes == "partial (2.5), passed (6)"


def test_filling_again_or_from_scratch_gives_the_same(url: str, tmp_path: Path) -> None:
    fill(everything()[:5], Deadline(), url)
    fill(everything(), Deadline(), url)
    again = content(url)
    fill(everything(), Deadline(), url)
    scratch = gradebook_url(tmp_path / "scratch")
    fill(everything(), Deadline(), scratch)
    assert content(url) == again == content(scratch)


def test_labs_stand_beside_each_other(url: str) -> None:
    fill(everything(), Deadline(), url)
    before = content(url)["grades"]
    other = [replace(begun(["ann"], []), lab="other")]
    fill(other, Deadline(), url)
    fill(other, Deadline(), url)
    assert [row for row in content(url)["grades"] if row.lab == "tiny"] == before
    assert [row.lab for row in content(url)["labs"]] == ["other", "tiny"]


def test_models_and_migrations_say_the_same(url: str) -> None:
    fill(everything(), Deadline(), url)
    with connected(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "version_table": VERSION_TABLE}
        )
        assert compare_metadata(context, Row.metadata) == []


def test_any_tool_reads_points_with_two_decimals(url: str) -> None:
    fill(everything(), Deadline(), url)
    with connected(url) as connection:
        rows = connection.exec_driver_sql(
            "SELECT criterion, points, max_points, checks FROM criteria WHERE result = 2 ORDER BY criterion"
        ).fetchall()
        assert [(name, float(points), float(most), count) for name, points, most, count in rows] == [
            ("connect", 0, 4, 1),
            ("load", 3.34, 6, 1),
        ]
        shown = connection.exec_driver_sql(
            "SELECT CAST(points AS TEXT) FROM checks WHERE points > 3 AND points < 4"
        )
        assert shown.scalar_one() == "3.34"


def test_text_that_a_database_refuses_becomes_visible(url: str) -> None:
    bad = "a\x00b\ud800c\x1b[2J"
    first = result("hash of ann")
    check = replace(first.checks[1], message=bad, output=bad, traceback=bad)
    records: list[Record] = [
        begun(["ann", bad], ["ann", bad]),
        Student(bad, bad, bad, {bad: bad}),
        handed_in("ann", notes=(bad,), origin=bad),
        handed_in(bad, submission_hash=None, refused=bad),
        Graded(replace(first, checks=(first.checks[0], check))),
        given("ann", bad, "1"),
    ]
    fill(records, Deadline(), url)
    with connected(url) as connection:
        message = connection.execute(sa.select(CheckRow.message).where(CheckRow.position == 2)).scalar_one()
        assert message == "a\\x00b\\ud800c\\x1b[2J"
        assert (
            connection.execute(sa.select(HandInRow.refused).where(HandInRow.refused != "")).scalar_one()
            == message
        )
        assert connection.execute(sa.select(ManualPointsRow.title)).scalar_one() == message


def test_no_two_keys_become_one_and_none_is_too_long(url: str) -> None:
    names = ["a\x00", "a\\x00", key_text("a\x00"), "x" * 5000, "x" * 5001, "é", "e\u0301"]
    fill([begun(names, []), *(Student(name, name) for name in names)], Deadline(), url)
    with connected(url) as connection:
        assert len(set(connection.execute(sa.select(GradeRow.student)).scalars())) == len(names)
    assert key_text("jane.doe@example.org") == "jane.doe@example.org"


def test_a_failure_on_the_way_leaves_everything_as_it_was(url: str) -> None:
    def fails() -> None:
        with open_gradebook(url) as connection:
            connection.execute(sa.delete(CheckRow))
            raise RuntimeError("the machine ends here")

    with pytest.raises(RuntimeError):
        fails()
    with connected(url) as connection:
        assert sa.inspect(connection).get_table_names() == []
    fill(everything(), Deadline(), url)
    before = content(url)
    with pytest.raises(RuntimeError):
        fails()
    assert content(url) == before


def test_a_reader_never_sees_half(url: str) -> None:
    fill(everything(), Deadline(), url)
    stop = threading.Event()

    def fill_on() -> None:
        while not stop.is_set():
            fill(everything(), Deadline(), url)

    writer = threading.Thread(target=fill_on)
    writer.start()
    try:
        for _ in range(30):
            with connected(url) as connection:
                assert connection.execute(sa.select(sa.func.count()).select_from(CheckRow)).scalar_one() == 6
    finally:
        stop.set()
        writer.join()


def test_two_who_begin_one_gradebook_wait_for_each_other(url: str) -> None:
    errors: list[Exception] = []

    def fill_once() -> None:
        try:
            fill(everything(), Deadline(), url)
        except Exception as error:  # noqa: BLE001 - whatever a thread raises is asserted below
            errors.append(error)

    threads = [threading.Thread(target=fill_once) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(content(url)["grades"]) == 2


def test_a_gradebook_of_a_newer_version_is_left_alone(url: str) -> None:
    fill(everything(), Deadline(), url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sa.update(sa.table(VERSION_TABLE, sa.column("version_num"))).values(version_num="9999")
        )
    engine.dispose()
    with pytest.raises(UsageError, match="newer version"):
        fill(everything(), Deadline(), url)


def test_tables_of_somebody_else_are_left_alone(url: str) -> None:
    if url.startswith("sqlite"):
        Path(str(sa.make_url(url).database)).parent.mkdir()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE students (number INTEGER)")
    engine.dispose()
    with pytest.raises(UsageError, match="students"):
        fill(everything(), Deadline(), url)


def test_grades_are_nobody_elses(tmp_path: Path) -> None:
    fill(everything(), Deadline(), gradebook_url(tmp_path))
    assert stat.S_IMODE((tmp_path / "gradebook.sqlite").stat().st_mode) == 0o600


def test_a_folder_with_any_name_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "100 % of ? & #ü"
    fill(everything(), Deadline(), gradebook_url(folder))
    with closing(sqlite3.connect(folder / "gradebook.sqlite")) as connection:
        assert connection.execute("SELECT COUNT(*) FROM grades").fetchone() == (2,)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no url", "cannot be read"),
        ("mysql://root:secret@localhost/x", "neither"),
        ("sqlite://", "neither"),
        ("sqlite:////proc/no/such", "cannot be opened"),
        ("postgresql://ann:secret@127.0.0.1:1/x", "cannot be written"),
    ],
)
def test_a_database_that_cannot_be_had_is_an_error_that_tells_no_password(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        fill(everything(), Deadline(), url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.sqlite"
    path.write_text("my own notes, which are long enough to be no database\n" * 20)
    with pytest.raises(UsageError, match="not a database"):
        fill(everything(), Deadline(), gradebook_url(tmp_path))
    assert re.match("my own notes", path.read_text())


def test_the_reference_has_every_table_and_status() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/gradebook.md").read_text()
    named = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert named == {*Row.metadata.tables, "criteria", *(status.value for status in GradeStatus)}
