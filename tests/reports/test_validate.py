"""Reports of real submissions are valid in every format, and a fault planted in one is found."""

import base64
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.checks.station import Order
from grader.cli.folder import write_lab
from grader.config import Settings
from grader.course import read_lab
from grader.pool import Finished, Job, Pool
from grader.reports import FORMATS, ReportOptions, write_reports
from grader.reports.html import render_course
from grader.verify import Kind, read_specimens
from tests.reports.html.sample_course import make_course
from tests.reports.sample_results import incomplete, syntax_error, typical
from tests.reports.validate import main, validate
from tests.reports.validators import OTHERS, VALIDATORS, FaultyReportError, check_report

COURSE = Path(__file__).parents[2]


def test_every_format_has_a_validator() -> None:
    assert VALIDATORS.keys() == FORMATS.keys()
    assert not VALIDATORS.keys() & OTHERS.keys()


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of the reference, the starter and two mistakes, graded on Redis."""
    lab = read_lab(COURSE, "redis_meteorites")
    specimens = read_specimens(lab)
    mistakes = [one for one in specimens if one.kind is Kind.MISTAKE][:2]
    chosen = [one for one in specimens if one.kind in {Kind.REFERENCE, Kind.STARTER}] + mistakes
    settings = Settings(services="local", state_dir=tmp_path_factory.mktemp("state"))
    with Pool(lab, settings, 1) as pool:
        events = pool.run([Job(one.name, Order(lab, lab.specimens / one.name, 1)) for one in chosen])
        results = {event.job: event.result for event in events if isinstance(event, Finished)}
    out = tmp_path_factory.mktemp("reports")
    write_lab(lab, [(one, results[one.name]) for one in chosen], out)
    return out


def test_every_report_of_real_submissions_is_valid(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(graded)]) == 0
    printed = capsys.readouterr().out
    for name in FORMATS:
        assert re.search(rf"{name} +│ +4 │ +0 ", printed), printed


def _in_base64(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def plant(content: bytes) -> bytes:
        return base64.b64encode(base64.b64decode(content).replace(old, new, 1))

    return plant


def _put(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def plant(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return plant


FAULTS: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("junit", _put(b'tests="6"', b'tests="7"'), "its tests"),
    ("junit", _put(b'name="points" value="2"', b'name="points" value="3"'), "add up to 15.5"),
    ("junit", _put(b"<failure ", b'<failure disabled="1" '), "DocumentInvalid"),
    ("junit", _put(b' message="12 of 45', b' message="" was="12 of 45'), "lacks a type"),
    ("junit", _put(b"</testsuites>", b""), "XMLSyntaxError"),
    ("junit", _put(b'name="test_2"', b'name="test_2" file="solution.py"'), "DocumentInvalid"),
    (
        "junit",
        lambda content: content.replace(b'test_2"', b'test_1"').replace(b".load", b".connect"),
        "one name",
    ),
    ("json", _put(b'"points": 14.5', b'"points": 15'), "add up to 14.5"),
    ("json", _put(b'"percent": 50.57', b'"percent": NaN'), "NaN"),
    ("json", _put(b'"outcome": "partial"', b'"outcome": "passed"'), "cause"),
    ("json", _put(b'"seed"', b'"lab": "x", "seed"'), "twice"),
    ("json", _put(b"Stores every", b"##[error]"), "command"),
    ("ctrf", _put(b'"passed": 2', b'"passed": 3'), "counts what passed"),
    ("ctrf", _put(b'"tests": 6', b'"tests": 6, "points": 1'), "points"),
    ("ctrf", _put(b'"duration": 500', b'"duration": 0.5'), "0.5"),
    ("classroom", _in_base64(b'"score":2.5', b'"score":2.501'), "would add up"),
    ("classroom", _in_base64(b'"score":2.5,', b""), "score"),
    ("classroom", _in_base64(b'"message":"12', b'"message":"::error::12'), "command"),
    ("classroom", lambda content: content + b"\n", "one line"),
    ("classroom", lambda content: content[1:], "Error"),
    ("classroom", lambda _: base64.b64encode(b" " * 100_000 + b"{}"), "too many"),
    ("classroom50", _put(b'"score": 200', b'"score": 2.5'), "2.5"),
    ("classroom50", _put(b'"passed": false', b'"passed": true'), "full, or passed"),
    ("classroom50", _put(b'"test-name": "Stores', b'"test-name": "\\u001bStores'), "no name there"),
    ("gradescope", _put(b'"score": 14.5', b'"score": 28.67'), "add up to 14.5"),
    ("gradescope", _put(b'"status": "failed"', b'"status": "error"'), "error"),
    ("gradescope", _put(b'"number": "2"', b'"number": "3"'), "numbers"),
    ("prairielearn", _put(b'"gradable": true', b'"gradable": false'), "format_errors"),
    ("prairielearn", _put(b'"max_points": 6,', b""), "max_points"),
    ("prairielearn", _put(b'"points": 2.5', b'"points": 3.5'), "its score is"),
    ("markdown", _put(b"<pre><code>", b"<pre><code><img src=x onerror=alert(1)>"), "elements of another's"),
    ("markdown", _put(b"</summary>", b"</summary>\n::error::mine"), "command"),
    ("markdown", _put(b"<p>", b'<p onclick="x">'), "onclick"),
    ("markdown", _put(b"</sub></p>\n", b""), "cut"),
    ("markdown", lambda content: b" " * (1 << 20) + content, "too many"),
    ("html", _put(b"<main", b"<script>alert(1)</script><main"), "2 <script>"),
    ("html", _put(b"<main", b"<main onclick=x"), "handler"),
    ("html", _put(b"<main", b"<img src=https://example.org/x.png><main"), "img"),
    ("html", _put(b"<main", b"<a href=javascript:alert(1)>x</a><main"), "leads elsewhere"),
    ("html", _put(b"<main", b"<a href=#nowhere>x</a><main"), "nowhere"),
    ("html", _put(b"<main", b"<!-- x --><main"), "comment"),
    ("html", _put(b"</style>", b"x{}</style>"), "another style"),
    ("html", _put(b"landings", "landings\u202e".encode()), "nobody sees"),
    ("annotations", _put(b"::error ", b"::add-mask::x\n::error "), "no command"),
    ("annotations", _put(b"::warning ", b"::debug "), "other commands"),
    ("annotations", lambda content: content * 11, "would drop"),
    ("annotations", _put(b"file=solution.py", b"file=../x.py"), "not in the submission"),
    ("annotations", _put(b"Your function", b"##[error]Your function"), "old kind"),
    ("annotations", _put(b"Your function", b"%0A::error::Your function"), "command"),
    ("outputs", _put(b"seed=", b"PATH=x\nseed="), "other outputs"),
    ("outputs", _put(b"score=14.5/", b"score=28.67/"), "not of its points"),
    ("outputs", _put(b"result=", b"result=x"), "Error"),
    ("strict junit", _put(b"<system-err />", b""), "DocumentInvalid"),
    ("strict junit", _put(b'failures="4"', b'failures="3"'), "its failures"),
    ("student's json", _put(b'"teacher_note": ""', b'"teacher_note": "secret"'), "must not read"),
    ("course page", _put(b"<main", b"<base href=https://example.org><main"), "base"),
]


@pytest.mark.parametrize(
    ("name", "plant", "says"), FAULTS, ids=[f"{name} {says}" for name, _, says in FAULTS]
)
def test_a_planted_fault_is_found(
    name: str, plant: Callable[[bytes], bytes], says: str, whole: dict[str, bytes]
) -> None:
    content = whole[name]
    check_report(name, content)
    spoiled = plant(content)
    assert spoiled != content
    with pytest.raises(FaultyReportError, match=re.escape(says)):
        check_report(name, spoiled)


def test_a_fault_is_planted_in_every_format() -> None:
    assert {name for name, _, _ in FAULTS} == VALIDATORS.keys() | OTHERS.keys()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The reports of a typical result, which are valid."""
    folder = tmp_path_factory.mktemp("typical")
    write_reports(typical(), folder)
    content = {name: (folder / form.file_name).read_bytes() for name, form in FORMATS.items()}
    content["strict junit"] = FORMATS["junit"].render(typical(), ReportOptions(strict=True))
    content["student's json"] = content["json"]
    content["course page"] = render_course(*make_course(5))
    return content


def test_a_folder_is_seen_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, result in (("typical", typical()), ("open", incomplete()), ("syntax", syntax_error())):
        write_reports(result, tmp_path / name)
    assert main([str(tmp_path)]) == 0
    record = json.loads((tmp_path / "typical" / "report.json").read_text())
    (tmp_path / "typical" / "report.json").write_text(json.dumps(record | {"seed": "1"}))
    (tmp_path / "open" / "report.xml").unlink()
    (tmp_path / "open" / "stray.txt").touch()
    assert main([str(tmp_path)]) == 1
    assert "seed" in capsys.readouterr().out
    faults = {(one.path.name, one.fault) for one in validate(tmp_path) if one.fault}
    assert {name for name, _ in faults} == {"report.json", "report.xml", "stray.txt"}
    assert ("report.xml", "it is not there") in faults


def test_a_link_of_the_courses_page_must_lead_somewhere(graded: Path, tmp_path: Path) -> None:
    shutil.copytree(graded, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "redis_meteorites" / "starter")
    (fault,) = [one for one in validate(tmp_path) if one.fault]
    assert (fault.validator, fault.fault) == (
        "course's links",
        "its link ./starter/report.html leads nowhere",
    )


def test_nothing_is_no_success(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 1
    assert main([]) == 2
    assert main([str(tmp_path / "nowhere")]) == 2
