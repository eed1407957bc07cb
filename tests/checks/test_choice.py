"""A lab in which the student chooses among the databases."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from grader.checks.station import Order, open_station
from grader.checks.watch import Nobody
from grader.config import ServiceSettings
from grader.course import read_lab
from grader.grade import grade_at
from grader.results import LabResult, Outcome, ServiceInfo
from tests.checks.conftest import HEAD, SmallCourse

RUBRIC = '''
CHOICE = """
def choice():
    import tiny
    return tiny.BACKEND
"""

@pytest.fixture
def db(request, submission: Submission):
    return request.getfixturevalue(submission.probe(CHOICE, "choice"))

@check(points=4, criterion="load")
def test_stores(submission: Submission, db) -> None:
    """A note is stored"""
    submission.call("store", db)
    found = submission.start().call("found", db)
    assert len(found[0]) == 4, f"{found} should have four letters"
'''
SQLITE = """
BACKEND = "sqlite"
def store(db):
    db.execute("create table note (text)")
    db.execute("insert into note values ('text')")
    db.commit()
def found(db):
    return [text for text, in db.execute("select text from note")]
"""
REDIS = """
BACKEND = "redis"
def store(db):
    db.lpush("list:notes", "text")
def found(db):
    return [note.decode() for note in db.lrange("list:notes", 0, -1)]
"""
NOTHING = "    return []\n"
GradeAll = Callable[..., list[LabResult]]


@pytest.fixture
def grade_all(course: SmallCourse) -> GradeAll:
    """Grades submissions at one station, one after the other; the reference is on SQLite."""
    course.lab("pass")
    (course.root / "labs/tiny/lab.toml").write_text(
        'title = "Tiny"\nmodule = "tiny"\nservices = ["sqlite", "redis"]\non_demand = true\n'
    )
    rubric = course.root / "rubrics" / "tiny"
    (rubric / "test_tiny.py").write_text(HEAD + RUBRIC)
    (rubric / "specimens/reference/tiny.py").write_text(SQLITE)
    (rubric / "specimens/alternative_redis").mkdir()
    (rubric / "specimens/alternative_redis/tiny.py").write_text(REDIS)

    def grade_in_turn(*solutions: str, **of: ServiceSettings) -> list[LabResult]:
        lab, results = read_lab(course.root, "tiny"), []
        settings = replace(course.settings, of=MappingProxyType(of))
        with open_station(lab, settings, Nobody()) as station:
            for number, solution in enumerate(solutions):
                folder = Path(course.root / f"handed_in_{number}")
                folder.mkdir()
                (folder / "tiny.py").write_text(solution)
                results.append(grade_at(station, Order(lab, folder, 1), Nobody()).result)
        return results

    return grade_in_turn


def test_a_submission_has_the_server_that_it_chose(grade_all: GradeAll) -> None:
    results = grade_all(SQLITE, REDIS, SQLITE, REDIS)
    assert [result.points for result in results] == [4, 4, 4, 4]
    assert [[service.name for service in result.services] for result in results] == [
        ["sqlite"],
        ["redis"],
        ["sqlite"],
        ["redis"],
    ]
    assert all(isinstance(service, ServiceInfo) for service in results[1].services)


def test_a_server_that_nobody_chose_may_be_missing(grade_all: GradeAll) -> None:
    (result,) = grade_all(SQLITE, redis=ServiceSettings(program="/no/such/redis-server"))
    assert result.points == 4


def test_who_chose_a_server_that_is_missing_is_not_blamed(grade_all: GradeAll) -> None:
    (result,) = grade_all(REDIS, redis=ServiceSettings(program="/no/such/redis-server"))
    (check,) = result.checks
    assert check.outcome is Outcome.UNGRADED, "the reference passes on another database, which tells nothing"
    assert "/no/such/redis-server" in check.message


@pytest.mark.parametrize("solution", [SQLITE, REDIS])
def test_a_value_that_the_rubric_stumbles_over_is_the_students(grade_all: GradeAll, solution: str) -> None:
    head, _, _ = solution.rpartition("    return")
    (result,) = grade_all(head + NOTHING)
    (check,) = result.checks
    assert (check.outcome, result.points) == (Outcome.FAILED, 0)
    assert "The reference passes" in check.teacher_note
    assert [service.name for service in result.services] == ["sqlite" if "sqlite" in solution else "redis"]
