"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text()
POINTS = sa.Numeric(12, 2)
MOMENT = sa.DateTime(timezone=True)
_TEXT_KEYS = frozenset({"lab", "student", "system", "hand_in"})


def upgrade() -> None:
    """Makes all tables, and the points of each criterion as a view."""
    _make_labs()
    _make_batch_runs()
    _make_students()
    _make_student_ids()
    _make_hand_ins()
    _make_hand_in_students()
    _make_results()
    _make_checks()
    _make_faults()
    _make_manual_points()
    _make_overrides()
    _make_grades()
    _make_flaky_results()
    op.execute(
        "CREATE VIEW criteria AS"
        " SELECT lab, result, criterion, ROUND(SUM(points), 2) AS points,"
        " ROUND(SUM(max_points), 2) AS max_points, COUNT(*) AS checks"
        " FROM checks GROUP BY lab, result, criterion"
    )


def downgrade() -> None:
    """Takes everything away, which the journal brings back."""
    op.execute("DROP VIEW criteria")
    for table in (
        "flaky_results",
        "grades",
        "overrides",
        "manual_points",
        "faults",
        "checks",
        "results",
        "hand_in_students",
        "hand_ins",
        "student_ids",
        "students",
        "batch_runs",
        "labs",
    ):
        op.drop_table(table)


def _make(table: str, key: tuple[str, ...], *items: sa.schema.SchemaItem) -> None:
    keys = [sa.Column(name, TEXT if name in _TEXT_KEYS else sa.Integer(), nullable=False) for name in key]
    op.create_table(table, *keys, *items, sa.PrimaryKeyConstraint(*key, name=f"{table}_key"))


def _of(table: str, other: str, *columns: str) -> sa.ForeignKeyConstraint:
    names = ("lab", *columns)
    return sa.ForeignKeyConstraint(names, [f"{other}.{name}" for name in names], name=f"{table}_of_{other}")


def _make_labs() -> None:
    _make(
        "labs",
        ("lab",),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("rubric_hash", TEXT, nullable=False),
    )


def _make_batch_runs() -> None:
    _make(
        "batch_runs",
        ("lab", "number"),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("rubric_hash", TEXT, nullable=False),
        sa.Column("isolation", TEXT, nullable=False),
        sa.Column("grader_version", TEXT, nullable=False),
        _of("batch_runs", "labs"),
    )


def _make_students() -> None:
    _make(
        "students",
        ("lab", "student"),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("section", TEXT, nullable=False),
        _of("students", "labs"),
    )


def _make_student_ids() -> None:
    _make(
        "student_ids",
        ("lab", "student", "system"),
        sa.Column("id", TEXT, nullable=False),
        _of("student_ids", "students", "student"),
    )


def _make_hand_ins() -> None:
    _make(
        "hand_ins",
        ("lab", "hand_in"),
        sa.Column("submission_hash", TEXT, nullable=True),
        sa.Column("refused", TEXT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=True),
        sa.Column("group_name", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("notes", TEXT, nullable=False),
        _of("hand_ins", "labs"),
    )


def _make_hand_in_students() -> None:
    _make(
        "hand_in_students",
        ("lab", "hand_in", "student"),
        _of("hand_in_students", "hand_ins", "hand_in"),
        _of("hand_in_students", "students", "student"),
    )


def _make_results() -> None:
    _make(
        "results",
        ("lab", "result"),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("submission_hash", TEXT, nullable=False),
        sa.Column("rubric_hash", TEXT, nullable=False),
        sa.Column("seed", TEXT, nullable=False),
        sa.Column("isolation", TEXT, nullable=False),
        sa.Column("grader_version", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("max_points", POINTS, nullable=False),
        sa.Column("percent", POINTS, nullable=False),
        sa.Column("backend", TEXT, nullable=False),
        sa.Column("services", TEXT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("notes", TEXT, nullable=False),
        _of("results", "labs"),
    )
    op.create_index("results_by_submission_hash", "results", ["submission_hash"])


def _make_checks() -> None:
    _make(
        "checks",
        ("lab", "result", "position"),
        sa.Column("check_id", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("criterion", TEXT, nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=True),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("max_points", POINTS, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("traceback", TEXT, nullable=False),
        sa.Column("hint", TEXT, nullable=False),
        sa.Column("output", TEXT, nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("needs", TEXT, nullable=True),
        sa.Column("teacher_note", TEXT, nullable=False),
        _of("checks", "results", "result"),
    )


def _make_faults() -> None:
    _make(
        "faults",
        ("lab", "number"),
        sa.Column("submission_hash", TEXT, nullable=False),
        sa.Column("rubric_hash", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        _of("faults", "labs"),
    )


def _make_manual_points() -> None:
    _make(
        "manual_points",
        ("lab", "number"),
        sa.Column("student", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("points", POINTS, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        _of("manual_points", "labs"),
    )


def _make_overrides() -> None:
    _make(
        "overrides",
        ("lab", "number"),
        sa.Column("student", TEXT, nullable=False),
        sa.Column("points", POINTS, nullable=True),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        _of("overrides", "labs"),
    )


def _make_grades() -> None:
    _make(
        "grades",
        ("lab", "student"),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("hand_in", TEXT, nullable=True),
        sa.Column("result", sa.Integer(), nullable=True),
        sa.Column("points", POINTS, nullable=True),
        sa.Column("manual_points", POINTS, nullable=False),
        sa.Column("late", TEXT, nullable=True),
        sa.Column("late_units", sa.Integer(), nullable=True),
        sa.Column("late_deduction", POINTS, nullable=False),
        sa.Column("override_points", POINTS, nullable=True),
        sa.Column("final_points", POINTS, nullable=True),
        sa.Column("max_points", POINTS, nullable=True),
        sa.Column("is_flaky", sa.Boolean(), nullable=False),
        sa.Column("notes", TEXT, nullable=False),
        _of("grades", "hand_ins", "hand_in"),
        _of("grades", "results", "result"),
        _of("grades", "students", "student"),
    )


def _make_flaky_results() -> None:
    _make(
        "flaky_results",
        ("lab", "number"),
        sa.Column("submission_hash", TEXT, nullable=False),
        sa.Column("rubric_hash", TEXT, nullable=False),
        sa.Column("seed", TEXT, nullable=False),
        sa.Column("isolation", TEXT, nullable=False),
        sa.Column("grader_version", TEXT, nullable=False),
        sa.Column("check_id", TEXT, nullable=False),
        sa.Column("outcomes", TEXT, nullable=False),
        _of("flaky_results", "labs"),
    )
