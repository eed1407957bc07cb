"""What of a submission outlives a check, a kill, and a new beginning: only the databases do."""

from grader.results import Outcome
from tests.checks.conftest import SmallCourse

KEEPS = """
    import os
    import pathlib
    import tempfile
    import time

    SEEN = []
    PLACES = [pathlib.Path(), pathlib.Path.home(), pathlib.Path(tempfile.gettempdir())]

    def store(rd=None):
        SEEN.append("text")
        for place in PLACES:
            (place / "side.txt").write_text("text")
        if rd is not None:
            rd.set("note:1", "text")
        if not os.fork():
            os.setsid()
            while True:
                pathlib.Path("daemon.txt").touch()
                time.sleep(0.01)

    def left():
        return [*SEEN, *(str(place) for place in PLACES if (place / "side.txt").exists())]

    def files():
        return sorted(os.listdir())

    def stored(rd):
        return rd.get("note:1")
"""


def test_a_check_finds_nothing_but_the_databases_of_the_one_it_needs(course: SmallCourse) -> None:
    rubric = """
    @check(points=1, criterion="load")
    def test_first(submission: Submission, redis: Redis) -> None:
        \"\"\"First\"\"\"
        submission.write("written.txt", "by the rubric")
        submission.call("store", redis)

    @check(points=1, criterion="query", needs="test_first")
    def test_second(submission: Submission, redis: Redis) -> None:
        \"\"\"Second\"\"\"
        stored = submission.call("stored", redis)
        assert stored == b"text", f"the note should be in the database, found {stored}"
        left = submission.call("left")
        assert left == [], f"left: {left}"
        files = submission.call("files")
        assert files == ["tiny.py"], f"there are {files}"
    """
    course.services = ("redis",)
    result = course.grade(rubric, KEEPS, KEEPS)
    assert [(check.outcome, check.message) for check in result.checks] == [(Outcome.PASSED, "")] * 2


def test_a_new_beginning_leaves_the_databases_and_nothing_else(course: SmallCourse) -> None:
    rubric = """
    @check(points=1, criterion="query")
    def test_it(submission: Submission, redis: Redis) -> None:
        \"\"\"It works\"\"\"
        other = submission.start()
        other.call("store")
        submission.write("written.txt", "by the rubric")
        submission.call("store", redis)
        submission.start_afresh()
        for process in (other, submission):
            left, files = process.call("left"), process.call("files")
            assert left == [], f"left: {left}"
            assert files == ["tiny.py"], f"there are {files}"
        stored = submission.call("stored", redis)
        assert stored == b"text", f"the note should be in the database, found {stored}"
    """
    course.services = ("redis",)
    (result,) = course.grade(rubric, KEEPS, KEEPS).checks
    assert (result.outcome, result.message) == (Outcome.PASSED, "")


def test_a_kill_leaves_the_files_of_the_folder(course: SmallCourse) -> None:
    rubric = """
    @check(points=1, criterion="query")
    def test_it(submission: Submission) -> None:
        \"\"\"It works\"\"\"
        submission.call("store")
        submission.kill()
        left = submission.call("left")
        assert left[:1] == ["."], f"left: {left}"
    """
    (result,) = course.grade(rubric, KEEPS, KEEPS).checks
    assert (result.outcome, result.message) == (Outcome.PASSED, "")
