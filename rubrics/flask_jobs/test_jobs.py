"""Jobs from their submission to their result."""

import json
from collections.abc import Callable, Iterator
from math import isclose
from reprlib import Repr
from typing import TYPE_CHECKING

from grader import check

if TYPE_CHECKING:
    from conftest import Api, Worker

Hire = Callable[[], "Worker"]

SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60


def compute(analysis: str, landings: list[dict]) -> dict[str, float]:
    """The result of an analysis of landings."""
    result: dict[str, float] = {}
    for landing in landings:
        if analysis == "mass_by_class" and "recclass" in landing and "mass (g)" in landing:
            result[landing["recclass"]] = result.get(landing["recclass"], 0) + float(landing["mass (g)"])
        if analysis == "landings_by_decade" and "year" in landing:
            decade = landing["year"][:3] + "0"
            result[decade] = result.get(decade, 0) + 1
    return result


def result_fault(expected: dict[str, float], found: object) -> str:
    """What is wrong with the result of an analysis; empty if nothing is."""
    if type(found) is not dict:
        return f"expected an object, found {SHORT.repr(found)}"
    for name, number in expected.items():
        if name not in found:
            return f"expected a number for {name!r}, found only {SHORT.repr(sorted(found))}"
        if type(found[name]) not in (int, float) or not isclose(found[name], number, rel_tol=1e-9):
            return f"expected {number:.12g} for {name!r}, found {SHORT.repr(found[name])}"
    odd = sorted(name for name in found if name not in expected)
    return f"expected nothing for {SHORT.repr(odd[0])}, found {SHORT.repr(found[odd[0]])}" if odd else ""


def middle_of_a_job(api: "Api", worker: "Worker") -> Iterator[str]:
    """A job, while a worker stands before each of its commands, and once more when it is through."""
    job = api.submit()
    api.forget()
    for _ in worker.stops():
        yield job
    worker.value()
    yield job


@check(
    points=4,
    criterion="query",
    hint="Add up float(landing['mass (g)']) by landing['recclass'], where a landing has both.",
)
def test_adds_up_masses_by_class(api: "Api", hire: Hire, landings: list[dict]) -> None:
    """mass_by_class gives the sum of masses of each class"""
    expect_result(api, hire(), "mass_by_class", landings)


@check(
    points=3,
    criterion="query",
    hint='The year "1883-01-01T00:00:00.000" belongs to the decade "1880".',
)
def test_counts_landings_by_decade(api: "Api", hire: Hire, landings: list[dict]) -> None:
    """landings_by_decade gives the number of landings of each decade"""
    expect_result(api, hire(), "landings_by_decade", landings)


def expect_result(api: "Api", worker: "Worker", analysis: str, landings: list[dict]) -> None:
    """Posts landings, has an analysis done and looks at the result."""
    api.post(landings)
    job = api.submit(analysis)
    api.forget()
    said = worker.once()
    api.forget()
    status = api.status(job)
    assert status == "done", f"after work_once, which gave {said!r}, the job says {status!r}, expected 'done'"
    wrong = result_fault(compute(analysis, landings), api.result(job))
    assert not wrong, f"the result of {analysis}: {wrong}"


@check(
    points=4,
    criterion="query",
    hint="The first thing that a worker does with a job is to take it and to make it running, in one step if "
    "it can. What is answered for the result while there is none has another status than 200.",
)
def test_says_how_far_a_job_is(api: "Api", hire: Hire) -> None:
    """A job is submitted, then running, then done, and has no result before"""
    worker, seen = hire(), []
    for job in middle_of_a_job(api, worker):
        status, answered = api.status(job), api.result_status(job)
        seen.append(status)
        # Between the two questions nothing has changed: the worker stands still.
        assert status == "done" or (answered != 200 and answered < 500), (
            f"the result of a job that is {status} is answered with {answered}, expected neither 200 nor 5xx"
        )
    assert seen[-1] == "done", f"a job that a worker has done says {seen[-1]!r}, expected 'done'"
    assert "running" in seen, "a job never said 'running' while a worker was doing it, however far it was"


@check(
    points=3,
    criterion="query",
    hidden=True,
    hint="A program can be asked between any two commands. Write the result first, or both in one step.",
)
def test_result_is_there_as_soon_as_the_job_is_done(
    api: "Api", hire: Hire, whole_landings: list[dict]
) -> None:
    """As soon as a job says that it is done, its result is there"""
    api.post(whole_landings)
    worker, results, status = hire(), [], ""
    for job in middle_of_a_job(api, worker):
        status = api.status(job)
        if status == "done":
            answered = api.result_status(job)
            assert answered == 200, f"a job says that it is done, and its result is answered with {answered}"
            results.append(api.result(job))
    assert status == "done", f"a job that a worker has done says {status!r}, expected 'done'"
    assert all(result == results[-1] for result in results), "a job is done, and its result changes later"


@check(
    points=3,
    criterion="query",
    hidden=True,
    hint="A landing without a class, mass or year does not count; one with the mass 0 does. With no landings "
    "the result is an empty object.",
)
def test_analyses_at_the_edges(api: "Api", hire: Hire, landings: list[dict]) -> None:
    """Analyses cope with missing fields, masses of 0, single landings and none"""
    worker = hire()
    odd = [
        {"id": "1"},
        {"id": "2", "recclass": "Alone without a mass", "year": "1999-01-01T00:00:00.000"},
        {"id": "3", "mass (g)": "17"},
        {"id": "4", "recclass": "Nothing 隕石", "mass (g)": "0", "year": "2000-12-31T00:00:00.000"},
        {"id": "5", "recclass": "L5", "mass (g)": "60000000000.25", "year": "2009-01-01T00:00:00.000"},
        {"id": "6", "recclass": "L5 ", "mass (g)": "1000.5", "year": "1400-01-01T00:00:00.000"},
    ]
    for loaded in ([], odd, landings):
        api.delete()
        if loaded:
            api.post(loaded)
        jobs = [(analysis, api.submit(analysis)) for analysis in ("mass_by_class", "landings_by_decade")]
        api.forget()
        for _ in jobs:
            worker.once()
        api.forget()
        for analysis, job in jobs:
            wrong = result_fault(compute(analysis, loaded), api.result(job))
            assert not wrong, f"the result of {analysis} for {len(loaded)} landings: {wrong}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    hint="Store each result under the id of its job. It is what the landings gave when the job was done.",
)
def test_each_job_has_its_own_result(
    api: "Api", hire: Hire, whole_landings: list[dict], many_landings: list[dict]
) -> None:
    """Each job keeps its own result, whatever comes after it"""
    worker, results = hire(), {}
    for more in (whole_landings, many_landings[:5]):
        api.post(more)
        for analysis in ("mass_by_class", "landings_by_decade"):
            job = api.submit(analysis)
            assert job not in results, "two jobs have the same id"
            worker.once()
            results[job] = api.result(job)
    api.forget()
    for job, before in results.items():
        assert api.result(job) == before, "after other jobs were done, the result of a job is another"
    distinct = {json.dumps(result, sort_keys=True) for result in results.values()}
    assert len(distinct) == len(results), "jobs of other analyses, or on other landings, have the same result"
