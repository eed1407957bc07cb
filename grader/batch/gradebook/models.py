"""The tables. A gradebook can hold several labs, and every row belongs to one.

Names are plain words, so that the tables read well in any tool. Only what stands in a journal, or follows
from it, stands here.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKeyConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from grader.batch.gradebook.columns import Moment, Points, VisibleText

__all__ = [
    "BatchRunRow",
    "CheckRow",
    "FaultRow",
    "FlakyResultRow",
    "GradeRow",
    "HandInRow",
    "HandInStudentRow",
    "LabRow",
    "ManualPointsRow",
    "OverrideRow",
    "ResultRow",
    "Row",
    "StudentIdRow",
    "StudentRow",
]


class Row(DeclarativeBase):
    """One row of a table."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_key",
            "ix": "%(table_name)s_by_%(column_0_name)s",
            "fk": "%(table_name)s_of_%(referred_table_name)s",
        }
    )
    type_annotation_map = {Decimal: Points, datetime: Moment, str: VisibleText}  # noqa: RUF012 - SQLAlchemy's own


def _of(table: str, *columns: str) -> ForeignKeyConstraint:
    names = ("lab", *columns)
    return ForeignKeyConstraint(names, [f"{table}.{name}" for name in names])


class LabRow(Row):
    """A lab, and the rubric that counts."""

    __tablename__ = "labs"
    lab: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    rubric_hash: Mapped[str]


class BatchRunRow(Row):
    """A run of the batch."""

    __tablename__ = "batch_runs"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begun_at: Mapped[datetime]
    source: Mapped[str]
    rubric_hash: Mapped[str]
    isolation: Mapped[str]
    grader_version: Mapped[str]


class StudentRow(Row):
    """A student who is in the course now."""

    __tablename__ = "students"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    section: Mapped[str]


class StudentIdRow(Row):
    """What another system calls a student."""

    __tablename__ = "student_ids"
    __table_args__ = (_of("students", "student"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str]


class HandInRow(Row):
    """What was handed in; `submission_hash` is null if it was refused."""

    __tablename__ = "hand_ins"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    hand_in: Mapped[str] = mapped_column(primary_key=True)
    submission_hash: Mapped[str | None]
    refused: Mapped[str]
    submitted_at: Mapped[datetime | None]
    is_late: Mapped[bool | None]
    group_name: Mapped[str]
    origin: Mapped[str]
    notes: Mapped[str]


class HandInStudentRow(Row):
    """Whose a hand-in is."""

    __tablename__ = "hand_in_students"
    __table_args__ = (_of("hand_ins", "hand_in"), _of("students", "student"))
    lab: Mapped[str] = mapped_column(primary_key=True)
    hand_in: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)


class ResultRow(Row):
    """A result of the machine; `counts` tells the one of each submission that makes grades."""

    __tablename__ = "results"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counts: Mapped[bool]
    submission_hash: Mapped[str] = mapped_column(index=True)
    rubric_hash: Mapped[str]
    seed: Mapped[str]
    isolation: Mapped[str]
    grader_version: Mapped[str]
    status: Mapped[str]
    points: Mapped[Decimal]
    max_points: Mapped[Decimal]
    percent: Mapped[Decimal]
    backend: Mapped[str]
    services: Mapped[str]
    started_at: Mapped[datetime]
    duration_s: Mapped[float]
    notes: Mapped[str]


class CheckRow(Row):
    """How one check of a result ended."""

    __tablename__ = "checks"
    __table_args__ = (_of("results", "result"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    check_id: Mapped[str]
    title: Mapped[str]
    criterion: Mapped[str]
    hidden: Mapped[bool]
    outcome: Mapped[str]
    cause: Mapped[str | None]
    points: Mapped[Decimal]
    max_points: Mapped[Decimal]
    message: Mapped[str]
    traceback: Mapped[str]
    hint: Mapped[str]
    output: Mapped[str]
    duration_s: Mapped[float]
    needs: Mapped[str | None]
    teacher_note: Mapped[str]


class FaultRow(Row):
    """A submission that could not be graded at all."""

    __tablename__ = "faults"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    submission_hash: Mapped[str]
    rubric_hash: Mapped[str]
    message: Mapped[str]
    deaths: Mapped[int]
    happened_at: Mapped[datetime]


class ManualPointsRow(Row):
    """Points that a person gave; `counts` tells the latest of each student and criterion."""

    __tablename__ = "manual_points"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    student: Mapped[str]
    title: Mapped[str]
    points: Mapped[Decimal]
    author: Mapped[str]
    reason: Mapped[str]
    given_at: Mapped[datetime]
    counts: Mapped[bool]


class OverrideRow(Row):
    """Points that stand instead of all others; null took an earlier override back."""

    __tablename__ = "overrides"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    student: Mapped[str]
    points: Mapped[Decimal | None]
    author: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    counts: Mapped[bool]


class GradeRow(Row):
    """A student's final grade; `final_points` is null as long as it cannot be settled."""

    __tablename__ = "grades"
    __table_args__ = (_of("students", "student"), _of("hand_ins", "hand_in"), _of("results", "result"))
    lab: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    hand_in: Mapped[str | None]
    result: Mapped[int | None]
    points: Mapped[Decimal | None]
    manual_points: Mapped[Decimal]
    late: Mapped[str | None]
    late_units: Mapped[int | None]
    late_deduction: Mapped[Decimal]
    override_points: Mapped[Decimal | None]
    final_points: Mapped[Decimal | None]
    max_points: Mapped[Decimal | None]
    is_flaky: Mapped[bool]
    notes: Mapped[str]


class FlakyResultRow(Row):
    """A check that ended in different ways though nothing had changed."""

    __tablename__ = "flaky_results"
    __table_args__ = (_of("labs"),)
    lab: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    submission_hash: Mapped[str]
    rubric_hash: Mapped[str]
    seed: Mapped[str]
    isolation: Mapped[str]
    grader_version: Mapped[str]
    check_id: Mapped[str]
    outcomes: Mapped[str]
