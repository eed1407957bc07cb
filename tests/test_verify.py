"""`verify` finds what is wrong with a rubric, from small courses that have that one fault."""

from pathlib import Path

import pytest

from grader.config import Settings
from grader.course import read_lab
from grader.errors import CourseError
from grader.verify import Manner, Verified, read_specimens, verify

RUBRIC = '''
from grader import Submission, check

@check(points=4, criterion="query")
def test_answer(submission: Submission) -> None:
    """The answer is right"""
    assert submission.call("answer") == 42, "answer() should give 42"

@check(points=6, criterion="query")
def test_question(submission: Submission) -> None:
    """The question is known"""
    assert submission.call("question") == "?", "question() should give a question mark"
'''
BOTH = "def answer(): return 42\ndef question(): return '?'\n"
SPECIMENS = {
    "reference": (BOTH, "score = 10"),
    "alternative_constant": ("answer = lambda: 6 * 7\nquestion = '?'.strip\n", "score = 10"),
    "starter": (
        "def answer(): ...\ndef question(): ...\n",
        'score = 0\nfails = ["test_answer", "test_question"]',
    ),
    "wrong_answer": (BOTH.replace("42", "41"), 'score = 6\nfails = ["test_answer"]'),
    "wrong_question": (BOTH.replace("?", "!"), 'score = 4\nfails = ["test_question"]'),
}


def write_course(root: Path, specimens: dict[str, tuple[str, str]], rubric: str = RUBRIC) -> None:
    (root / "labs" / "tiny").mkdir(parents=True)
    (root / "labs" / "tiny" / "lab.toml").write_text('title = "Tiny"\nmodule = "tiny"\n')
    checks = root / "rubrics" / "tiny"
    for name, (text, _) in specimens.items():
        (checks / "specimens" / name).mkdir(parents=True)
        (checks / "specimens" / name / "tiny.py").write_text(text)
    (checks / "test_tiny.py").write_text(rubric)
    tables = [f'[{name}]\nsays = "{name}"\n{table}\n' for name, (_, table) in specimens.items()]
    (checks / "specimens.toml").write_text("".join(tables))


def verified(tmp_path: Path, specimens: dict[str, tuple[str, str]], rubric: str = RUBRIC) -> Verified:
    write_course(tmp_path / "course", specimens, rubric)
    settings = Settings(services="local", state_dir=tmp_path / "state")
    told: list[str] = []
    outcome = verify(
        read_lab(tmp_path / "course", "tiny"),
        Manner(settings),
        lambda specimen, _: told.append(specimen.name),
    )
    assert sorted(told) == sorted(specimens)
    return outcome


def test_a_good_rubric_has_no_problem(tmp_path: Path) -> None:
    outcome = verified(tmp_path, SPECIMENS)
    assert outcome.problems == ()
    assert [specimen.name for specimen in outcome.specimens][:3] == [
        "reference",
        "alternative_constant",
        "starter",
    ]


@pytest.mark.parametrize(
    ("name", "specimen", "complaint"),
    [
        ("wrong_answer", (BOTH, "score = 10"), "no check catches"),
        (
            "alternative_constant",
            ("answer = question = None.__str__\n", "score = 0"),
            "right way and loses points",
        ),
        ("wrong_answer", (BOTH.replace("42", "41"), "score = 7"), "scores 6, and must score 7"),
        ("wrong_answer", (BOTH.replace("42", "41"), "score = 6"), "fails test_answer, which it must not"),
        (
            "starter",
            ("def answer(): return 42\n", 'score = 4\nfails = ["test_question"]'),
            "has 4 points already",
        ),
    ],
)
def test_each_fault_is_told(tmp_path: Path, name: str, specimen: tuple[str, str], complaint: str) -> None:
    outcome = verified(tmp_path, {**SPECIMENS, name: specimen})
    assert any(complaint in problem for problem in outcome.problems), outcome.problems


def test_a_check_that_no_mistake_fails_is_told(tmp_path: Path) -> None:
    specimens = {name: specimen for name, specimen in SPECIMENS.items() if name != "wrong_question"}
    assert any(
        "test_question is failed by no mistake" in text for text in verified(tmp_path, specimens).problems
    )


def test_a_rubric_bug_is_told(tmp_path: Path) -> None:
    rubric = RUBRIC.replace('assert submission.call("question")', 'assert {}["no"]')
    (problem,) = verified(tmp_path, SPECIMENS, rubric).problems
    assert problem.startswith("reference: test_question could not be graded")


def test_a_misspelt_check_is_told(tmp_path: Path) -> None:
    misspelt = (BOTH.replace("42", "41"), 'score = 6\nfails = ["test_answer", "test_qestion"]')
    (problem,) = verified(tmp_path, {**SPECIMENS, "wrong_answer": misspelt}).problems
    assert "test_qestion, which is no check; did you mean test_question?" in problem


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[reference", "no TOML"),
        pytest.param("x = " + "[" * 5000, "no TOML", id="deep"),
        ('[reference]\nsays = "x"\nscore = 10\n', "has the folder alternative_constant, starter,"),
        ('[reference]\nsays = "x"\nscore = 10\n[slow]\nsays = "x"\nscore = 1\n', "names slow, and"),
        (None, "has no"),
    ],
)
def test_a_wrong_specimens_file_is_an_error(tmp_path: Path, text: str | None, complaint: str) -> None:
    write_course(tmp_path, SPECIMENS)
    path = tmp_path / "rubrics" / "tiny" / "specimens.toml"
    path.write_text(text) if text is not None else path.unlink()
    with pytest.raises(CourseError, match=complaint):
        read_specimens(read_lab(tmp_path, "tiny"))


HIDDEN = RUBRIC.replace('points=6, criterion="query"', 'points=6, criterion="query", hidden=True')


@pytest.mark.parametrize(
    ("rubric", "changed", "complaint"),
    [
        (RUBRIC, {"wrong_answer": 'teaches = "x."\nsection = "Nowhere"\n'}, "no section 'Nowhere'"),
        (HIDDEN, {"wrong_question": 'teaches = "x."\n'}, "fails no check that a student sees"),
        (HIDDEN, {"wrong_answer": 'teaches = "x."\n'}, "wrong_answer cannot be told from starter"),
        (RUBRIC, {"wrong_answer": 'teaches = "x."\n'}, ""),
    ],
)
def test_what_cannot_be_taught_is_told(
    tmp_path: Path, rubric: str, changed: dict[str, str], complaint: str
) -> None:
    specimens = {name: (text, changed.get(name, "") + table) for name, (text, table) in SPECIMENS.items()}
    problems = verified(tmp_path, specimens, rubric).problems
    assert [problem for problem in problems if complaint and complaint in problem] or problems == ()
    assert bool(problems) == bool(complaint)
