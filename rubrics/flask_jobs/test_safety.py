"""What a user does wrong, and what an analysis cannot do, is said."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from grader import check

if TYPE_CHECKING:
    from conftest import Api, Worker

Hire = Callable[[], "Worker"]
Refused = Callable[[str, str, int, bytes | None], None]

BROKEN = "not a number"


@pytest.fixture
def expect_refused(api: "Api") -> Refused:
    """Asks for something wrong, and sees that it is refused with this status and an error as JSON."""

    def ask(method: str, path: str, expected: int, body: bytes | None = None) -> None:
        answer = api.ask(method, path, body=body)
        asked = f"{method} {path}" + (
            f" with the body {body[:60].decode('utf-8', 'replace')!r}" if body is not None else ""
        )
        assert answer.status == expected, f"{asked} is answered with {answer.status}, expected {expected}"
        found = answer.json()
        assert type(found) is dict, f"{asked}: expected a JSON object with an error, found {found!r:.80}"
        assert "error" in found, f'{asked}: expected an object with "error", found {found!r:.80}'

    return ask


@check(
    points=3,
    criterion="safety",
    hint="Look at the type of what came before you use it. request.get_json(silent=True) gives None for what "
    "is no JSON.",
)
def test_refuses_wrong_landings(expect_refused: Refused) -> None:
    """POST /data answers 400 and an error to what is no list of landings"""
    for body in (b'{"id": "1"}', b'[{"name": "Aachen"}]', b'["Aachen"]', b"[{'id': '1'}]"):
        expect_refused("POST", "/data", 400, body)


@check(
    points=3,
    criterion="safety",
    hint="There are two analyses. Whatever else is asked for is refused before anything is written down.",
)
def test_refuses_wrong_jobs(expect_refused: Refused, hire: Hire) -> None:
    """POST /jobs answers 400 and an error to what is no analysis"""
    for body in (b"{}", b'{"analysis": "median"}', b'["mass_by_class"]', b"analysis=mass_by_class"):
        expect_refused("POST", "/jobs", 400, body)
    assert not hire().did_a_job(), "work_once did a job, though all were refused"


@check(
    points=3,
    criterion="safety",
    hidden=True,
    hint="JSON can be null, a number, a text or a list wherever you expect an object or a text; a list "
    "cannot be looked up in a dict, and null has no get().",
)
def test_refuses_odd_bodies(expect_refused: Refused, hire: Hire) -> None:
    """Any other wrong body is answered with 400 and an error, too"""
    odd = (b"null", b"5", b'"mass_by_class"', b"true", b"", b"\xff\xfe", b"[" * 20)
    for body in (
        *odd,
        b"{}",
        b"[null]",
        b'[["id"]]',
        b'[{"id": "1"}, {"name": "Aachen"}]',
        b'[{"id": "1"}, 7]',
    ):
        expect_refused("POST", "/data", 400, body)
    wrong = (b"null", b'["mass_by_class"]', b'{"mass_by_class": 1}', b"7", b'"MASS_BY_CLASS"', b'""')
    for body in (*odd, *(b'{"analysis": %s}' % value for value in wrong), b'{"Analysis": "mass_by_class"}'):
        expect_refused("POST", "/jobs", 400, body)
    assert not hire().did_a_job(), "work_once did a job, though all were refused"


@check(points=3, criterion="safety", hint="No job has this id: 404, for its status and for its result.")
def test_unknown_jobs_are_not_found(api: "Api", expect_refused: Refused, seed: int) -> None:
    """An unknown job is answered with 404 and an error"""
    known = api.submit()
    large = str(Random(seed).randrange(10**9, 10**10))
    for job in {"no-such-job", "0", "-1", large, "*", "Ådalen 100%", f"{known}x"} - {known}:
        for path in (f"/jobs/{quote(job)}", f"/jobs/{quote(job)}/result"):
            expect_refused("GET", path, 404, None)


@check(
    points=4,
    criterion="safety",
    hint="Catch what an analysis raises, and make the job failed. A failed job has no result.",
)
def test_a_failing_analysis_says_so(api: "Api", hire: Hire, landings: list[dict]) -> None:
    """A job whose analysis fails says failed, and has no result"""
    api.post([*landings, {**landings[0], "id": "5", "mass (g)": BROKEN}])
    job = api.submit("mass_by_class")
    api.forget()
    hire().once()
    api.forget()
    status = api.status(job)
    assert status == "failed", (
        f"mass_by_class with the mass {BROKEN!r}: the job says {status!r}, expected 'failed'"
    )
    answered = api.result_status(job)
    assert answered != 200, "the result of a failed job is answered with 200, expected another status"
    assert answered < 500, f"the result of a failed job is answered with {answered}, expected no 5xx"


@check(
    points=3,
    criterion="safety",
    hidden=True,
    timeout_s=20,
    hint="One analysis that fails must not end the worker, nor spoil other jobs. It is not tried for ever.",
)
def test_work_goes_on_after_a_failure(api: "Api", hire: Hire, whole_landings: list[dict]) -> None:
    """After a job that failed the worker does the next ones"""
    worker = hire()
    api.post([{**whole_landings[0], "mass (g)": BROKEN}, *whole_landings[1:]])
    failing, counting = api.submit("mass_by_class"), api.submit("landings_by_decade")
    worker.once()
    worker.once()
    status = api.status(counting)
    assert status == "done", (
        f"landings_by_decade says {status!r} after a mass_by_class failed, expected 'done'"
    )
    api.post(whole_landings[:1])
    summing = api.submit("mass_by_class")
    worker.once()
    api.forget()
    for job, expected in ((summing, "done"), (failing, "failed")):
        status = api.status(job)
        assert status == expected, (
            f"after the mass was corrected, a job that was to be {expected!r} says {status!r}"
        )
