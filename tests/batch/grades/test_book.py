"""What a journal comes to for each student."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from grader.batch.grades import GradeStatus, book_of
from grader.batch.journal import Fault, Graded, HandedIn, Record
from grader.deadlines import Deadline, LatePolicy
from grader.errors import UsageError
from grader.results import LabResult, ManualPoints, Outcome, Status
from tests.batch.sample_journal import (
    DUE,
    NOW,
    RUBRIC,
    begun,
    given,
    grades_of,
    handed_in,
    journal,
    overridden,
    result,
)

NEW = "cd" * 32
LATE = Deadline(DUE, {}, LatePolicy(percent=Decimal(10)))


def incomplete(submission: str) -> LabResult:
    whole = result(submission)
    first = replace(whole.checks[0], outcome=Outcome.UNGRADED, points=Decimal(0))
    return replace(whole, status=Status.INCOMPLETE, points=Decimal("2.5"), checks=(first, *whole.checks[1:]))


def test_a_complete_result_is_a_final_grade() -> None:
    grade = grades_of(journal({"ann": "6.5"}))["ann"]
    assert grade.status is GradeStatus.COMPLETE
    assert (grade.final_points, grade.max_points) == (Decimal("6.5"), 10)


def test_who_handed_in_nothing_is_missing_and_has_no_zero() -> None:
    records: list[Record] = [begun(["ann"], [])]
    grade = grades_of(records)["ann"]
    assert grade.status is GradeStatus.MISSING
    assert grade.final_points is None


def test_who_may_have_handed_in_is_not_missing() -> None:
    doubtful = HandedIn("lab-x", (), "hash of x", candidates=("ann", "bob"), uncertain="Its name is of both.")
    stray = HandedIn("lab-y", (), "hash of y")
    hand_ins = (handed_in("bob"), doubtful, stray)
    records: list[Record] = [begun(["ann", "bob"], [one.key for one in hand_ins]), *hand_ins]
    ann, bob = grades_of(records).values()
    assert (ann.status, ann.final_points, ann.hand_in) == (GradeStatus.UNCERTAIN, None, None)
    assert bob.status is GradeStatus.NOT_GRADED
    assert ann.notes == bob.notes == ("lab-x may be this student's. Its name is of both.",)
    assert book_of(records, Deadline()).strays == (stray,)


def test_what_is_refused_has_its_reason_and_no_zero() -> None:
    refused = handed_in("ann", submission_hash=None, refused="It has no solution.py.")
    grade = grades_of([begun(["ann"], ["ann"]), refused])["ann"]
    assert grade.status is GradeStatus.REFUSED
    assert grade.notes == ("It has no solution.py.",)
    assert grade.final_points is None


def test_an_incomplete_result_is_no_grade_until_a_complete_one_comes() -> None:
    records: list[Record] = [begun(["ann"], ["ann"]), handed_in("ann"), Graded(incomplete("hash of ann"))]
    assert grades_of(records)["ann"].status is GradeStatus.INCOMPLETE
    assert grades_of(records)["ann"].final_points is None
    complete = [*records, Graded(result("hash of ann"))]
    assert grades_of(complete)["ann"].final_points == Decimal("6.5")
    assert grades_of([*complete, Graded(incomplete("hash of ann"))])["ann"].final_points == Decimal("6.5")


def test_a_fault_is_no_zero_and_ends_with_a_result() -> None:
    fault = Fault("hash of ann", RUBRIC, "the server is away", 2, NOW)
    records: list[Record] = [begun(["ann"], ["ann"]), handed_in("ann"), fault]
    grade = grades_of(records)["ann"]
    assert (grade.status, grade.notes) == (GradeStatus.INCOMPLETE, ("the server is away",))
    assert grades_of([*records, Graded(result("hash of ann"))])["ann"].status is GradeStatus.COMPLETE


def test_another_rubric_makes_earlier_results_void() -> None:
    records = [*journal({"ann": "6.5"}), begun(["ann"], ["ann"], NEW)]
    grade = grades_of(records)["ann"]
    assert grade.status is GradeStatus.NOT_GRADED
    assert grade.notes == ("Only an earlier rubric has graded it.",)
    assert grades_of([*records, Graded(result("hash of ann", "4", NEW))])["ann"].final_points == 4


def test_results_of_the_current_conditions_go_before_others() -> None:
    other = replace(result("hash of ann", "4"), isolation="process")
    assert grades_of(journal({"ann": "6.5"}, Graded(other)))["ann"].final_points == Decimal("6.5")


def test_who_has_left_and_what_was_withdrawn_do_not_count() -> None:
    records = [*journal({"ann": "6.5", "bob": "4"}), begun(["ann"], [])]
    book = book_of(records, Deadline())
    assert [grade.student.id for grade in book.grades] == ["ann"]
    assert book.grades[0].status is GradeStatus.MISSING


def test_the_same_files_of_two_students_are_two_grades_and_so_is_a_groups() -> None:
    records: list[Record] = [
        begun(["ann", "bob", "cy"], ["1", "2"]),
        handed_in("1", "ann", "bob", submission_hash="h"),
        handed_in("2", "cy", submission_hash="h"),
        Graded(result("h")),
    ]
    assert [grade.final_points for grade in grades_of(records).values()] == [Decimal("6.5")] * 3


def test_of_two_hand_ins_the_later_counts_and_it_is_told() -> None:
    records: list[Record] = [
        begun(["ann"], ["1", "2"]),
        handed_in("1", "ann", late=timedelta(hours=-1)),
        handed_in("2", "ann", late=timedelta(hours=-2)),
        Graded(result("hash of 1", "4")),
    ]
    grade = grades_of(records)["ann"]
    assert grade.final_points == 4
    assert grade.notes == ("There are several hand-ins; 1 counts, and not 2.",)


def test_a_hand_in_of_nobody_is_told() -> None:
    records: list[Record] = [begun([], ["1"]), replace(handed_in("1"), students=())]
    assert [stray.key for stray in book_of(records, Deadline()).strays] == ["1"]


def with_manual(*more: Record) -> list[Record]:
    machine = replace(result("hash of ann"), manual=(ManualPoints("Style", Decimal(5)),))
    return [begun(["ann"], ["ann"]), handed_in("ann", late=timedelta(days=2)), Graded(machine), *more]


def test_points_that_a_person_gives_are_awaited_and_added() -> None:
    assert grades_of(with_manual())["ann"].status is GradeStatus.MANUAL_POINTS_MISSING
    assert grades_of(with_manual())["ann"].final_points is None
    grade = grades_of(with_manual(given("ann", "Style", "1"), given("ann", "Style", "4.25")))["ann"]
    assert (grade.status, grade.final_points, grade.max_points) == ("complete", Decimal("10.75"), 15)


def test_points_for_a_criterion_that_the_lab_does_not_have_are_told() -> None:
    grade = grades_of(journal({"ann": "4"}, given("ann", "Gone", "3")))["ann"]
    assert grade.final_points == 4
    assert grade.notes == ("3 points for 'Gone' do not count: the lab has no such criterion.",)


def test_lateness_takes_from_machine_and_person_together() -> None:
    grade = grades_of(with_manual(given("ann", "Style", "5")), LATE)["ann"]
    assert (grade.late_deduction, grade.final_points) == (3, Decimal("8.5"))


def test_lateness_of_unknown_length_needs_a_decision() -> None:
    late = handed_in("ann", is_late=True)
    records: list[Record] = [begun(["ann"], ["ann"]), late, Graded(result("hash of ann"))]
    grade = grades_of(records, LATE)["ann"]
    assert (grade.status, grade.final_points) == (GradeStatus.LATE_UNDECIDED, None)
    assert grades_of([*records, overridden("ann", "6")], LATE)["ann"].final_points == 6


@pytest.mark.parametrize("points", ["0", "12"])
def test_an_override_stands_above_everything_until_it_is_taken_back(points: str) -> None:
    records = journal({"ann": "6.5"}, overridden("ann", "1"), overridden("ann", points))
    assert grades_of(records)["ann"].final_points == Decimal(points)
    assert grades_of([*records, overridden("ann", None)])["ann"].final_points == Decimal("6.5")
    missing: list[Record] = [begun(["bob"], []), overridden("bob", points)]
    assert grades_of(missing)["bob"].final_points == Decimal(points)


def test_another_outcome_under_the_same_key_is_flaky() -> None:
    book = book_of(journal({"ann": "6.5", "bob": "4"}, Graded(result("hash of ann", "10"))), Deadline())
    assert [grade.is_flaky for grade in book.grades] == [True, False]
    (flaky,) = book.flaky
    assert flaky.key.submission_hash == "hash of ann"
    assert [(check.id, check.seen) for check in flaky.checks] == [
        ("test_2", ((Outcome.PARTIAL, Decimal("2.5")), (Outcome.PASSED, Decimal(6))))
    ]


def test_a_fault_that_went_away_is_not_flaky() -> None:
    records = journal({}, begun(["ann"], ["ann"]), Graded(incomplete("h")), Graded(result("h")))
    assert book_of(records, Deadline()).flaky == ()


def test_a_journal_without_a_run_is_refused() -> None:
    with pytest.raises(UsageError, match="no run"):
        book_of([handed_in("ann")], Deadline())


def test_grades_and_exports_do_without_a_database() -> None:
    code = (
        "import sys, grader.batch.exports, grader.batch.grades, grader.cli\n"
        "print([name for name in ('sqlalchemy', 'alembic') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
