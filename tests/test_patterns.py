"""Mistakes are named where their failed checks tell them from all others, and only there."""

import ast
import shutil
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path

import pytest

from grader.checks.station import Order
from grader.checks.watch import Nobody
from grader.config import Settings
from grader.course import Lab, find_course, read_lab
from grader.grade import grade
from grader.patterns import anchor_of, find_pattern, recognise
from grader.results import Cause, Check, CheckResult, Criterion, Outcome, Pattern
from grader.specimens import Specimen, headings, known_specimens

ROOT = Path(__file__).resolve().parents[1]
COURSE = find_course(ROOT, ROOT)
LABS = [COURSE.lab(lab_id) for lab_id in COURSE.lab_ids()]
TEACHING = [(lab, one) for lab in LABS for one in known_specimens(lab) if one.teaches]


def check(name: str, *, hidden: bool = False) -> Check:
    return Check(id=name, title=name, criterion=Criterion.LOAD, points=Decimal(1), hidden=hidden)


def ended(one: Check, outcome: Outcome) -> CheckResult:
    cause = Cause.ASSERTION if outcome in {Outcome.FAILED, Outcome.PARTIAL} else None
    return CheckResult(one, outcome, one.points if outcome is Outcome.PASSED else Decimal(0), cause)


def specimen(name: str, *fails: str, teaches: str = "", blocked: Collection[str] = ()) -> Specimen:
    return Specimen(name, name, Decimal(0), frozenset(fails), frozenset(blocked), teaches, "Saving")


def results(*failed: str, hidden: Collection[str] = (), blocked: Collection[str] = ()) -> list[CheckResult]:
    """Of the checks a, b, c and d."""
    outcomes = dict.fromkeys("abcd", Outcome.PASSED)
    outcomes |= dict.fromkeys(failed, Outcome.FAILED) | dict.fromkeys(blocked, Outcome.BLOCKED)
    return [ended(check(name, hidden=name in hidden), outcome) for name, outcome in outcomes.items()]


SPECIMENS = (
    specimen("reference"),
    specimen("starter", "a", "b", "c", "d"),
    specimen("no_save", "a", "d", teaches="a lost save."),
    specimen("other", "b"),
    specimen("first_twin", "c", teaches="one."),
    specimen("second_twin", "c", teaches="another."),
)


def test_exactly_the_failed_checks_of_a_mistake_name_it() -> None:
    named = Pattern("This looks like a lost save.", "Saving", "https://example.org/h.md#saving")
    assert recognise(SPECIMENS, results("a", "d"), "https://example.org/h.md") == named
    assert recognise(SPECIMENS, results("a", "d")) == Pattern("This looks like a lost save.", "Saving")


@pytest.mark.parametrize(
    "failed", [(), ("a",), ("a", "b", "d"), ("b",), ("c",), ("a", "b", "c", "d")], ids=str
)
def test_anything_else_names_nothing(failed: tuple[str, ...]) -> None:
    assert recognise(SPECIMENS, results(*failed)) is None


def test_mistakes_that_teach_the_same_may_look_alike() -> None:
    twins = (specimen("x", "c", teaches="one."), specimen("y", "c", teaches="one."))
    assert recognise(twins, results("c")) is not None
    assert recognise((*twins, specimen("z", "c")), results("c")) is None


def test_partly_passed_is_failed_and_ungraded_is_nothing_to_go_by() -> None:
    partial = [ended(one.check, Outcome.PARTIAL) if one.cause else one for one in results("a", "d")]
    assert recognise(SPECIMENS, partial) is not None
    undecided = [*results("a", "d"), ended(check("e"), Outcome.UNGRADED)]
    assert recognise(SPECIMENS, undecided) is None


def test_blocked_checks_belong_to_the_pattern() -> None:
    mistake = (specimen("x", "a", blocked="b", teaches="one."),)
    assert recognise(mistake, results("a", blocked="b")) is not None
    assert recognise(mistake, results("a")) is None


def test_hidden_checks_change_nothing() -> None:
    """Else what is said would tell of them; and a self-check, which lacks them, says the same."""
    named = recognise(SPECIMENS, results("a", "d", hidden="d"))
    assert named is not None
    assert recognise(SPECIMENS, results("a", hidden="d")) == named
    assert recognise(SPECIMENS, [one for one in results("a") if one.check.id != "d"]) == named


def test_a_specimens_file_that_cannot_be_read_names_nothing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "labs" / "redis_structures", tmp_path / "labs" / "lab")
    (tmp_path / "rubrics" / "lab").mkdir(parents=True)
    (tmp_path / "rubrics" / "lab" / "test_it.py").write_text("")
    lab = read_lab(tmp_path, "lab")
    assert find_pattern(lab, results("a")) is None
    for text in (
        "[x",
        "[x]\nscore = 1",
        '[x]\nsays = "x"\nscore = "many"',
        '[x]\nsays = "x"\nscore = 1\nfails = 1',
    ):
        (lab.rubric / "specimens.toml").write_text(text)
        assert find_pattern(lab, results("a")) is None


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("About saving", "about-saving"),
        ("What's in `add`, and why?", "whats-in-add-and-why"),
        ("A_b-c", "a_b-c"),
    ],
)
def test_an_anchor_is_what_github_makes_of_a_heading(heading: str, anchor: str) -> None:
    assert anchor_of(heading) == anchor


def hidden_functions(lab: Lab) -> set[str]:
    """The functions of a rubric that are hidden checks, from its text."""
    return {
        node.name
        for path in lab.rubric.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
        if keyword.arg == "hidden" and isinstance(keyword.value, ast.Constant) and keyword.value.value
    }


def all_checks(lab: Lab) -> list[Check]:
    """The checks of a lab: its starter passes none of them."""
    starters = [one for one in known_specimens(lab) if one.name == "starter"]
    hidden = hidden_functions(lab)
    names = sorted(name for starter in starters for name in starter.fails | starter.blocked)
    return [check(name, hidden=name.split("[")[0] in hidden) for name in names]


def outcome_in(one: Specimen, name: str) -> Outcome:
    if name in one.blocked:
        return Outcome.BLOCKED
    return Outcome.FAILED if name in one.fails else Outcome.PASSED


def test_enough_mistakes_are_named() -> None:
    labs = [lab.id for lab, _ in TEACHING]
    for lab_id in ("redis_meteorites", "redis_structures", "mongo_documents", "dbapi_people"):
        assert labs.count(lab_id) >= 3


@pytest.mark.parametrize(
    ("lab", "one"), TEACHING, ids=lambda value: value.name if isinstance(value, Specimen) else value.id
)
def test_each_mistake_that_teaches_is_named_in_a_self_check_and_in_a_grade(lab: Lab, one: Specimen) -> None:
    specimens = known_specimens(lab)
    graded = [ended(each, outcome_in(one, each.id)) for each in all_checks(lab)]
    checked = [each for each in graded if not each.check.hidden]
    assert len(checked) < len(graded)
    named = Pattern(f"This looks like {one.teaches}", one.section)
    assert recognise(specimens, graded) == recognise(specimens, checked) == named
    assert one.section in headings(lab)
    assert one.teaches.endswith(".")


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_what_teaches_nothing_is_never_named(lab: Lab) -> None:
    specimens = known_specimens(lab)
    for one in specimens:
        graded = [ended(each, outcome_in(one, each.id)) for each in all_checks(lab)]
        named = recognise(specimens, graded)
        assert (named is not None) == bool(one.teaches), one.name


def test_a_submission_is_graded_with_its_pattern(tmp_path: Path) -> None:
    lab = COURSE.lab("redis_structures")
    handout = "https://example.org/{lab}/README.md"
    settings = Settings(services="local", state_dir=tmp_path / "state", handout=handout)
    order = Order(lab, lab.specimens / "stop_not_included", visible_only=True)
    pattern = grade(order, settings, Nobody()).result.pattern
    assert pattern is not None
    assert "word at stop" in pattern.sentence
    assert pattern.link == "https://example.org/redis_structures/README.md#what-to-write"
