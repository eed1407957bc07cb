"""Landings over HTTP: what is posted is there, is replaced, and can be deleted."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from grader import check

if TYPE_CHECKING:
    from conftest import Api, Worker

Hire = Callable[[], "Worker"]

TEXTS = (
    "None", "null", "1e5", "007", "", "  blanks  ", "tab\tand\nline", '"quoted"', "100 % _ {0} %s",
    "back\\slash", "Å is not A\u030a", "🌠 隕石", "<b>&amp;", "nul\x00inside",
)  # fmt: skip
VALUES = (
    None, True, False, 0, -7, 2**40, 50.775, -0.5, 21.0, [], {}, [1, [None, "a"]], {"b": {"c": [0.1]}},
)  # fmt: skip


@check(
    points=4,
    criterion="load",
    hint="Store each landing in Redis as JSON, by its id, and give back all of them. Two can have one name.",
)
def test_stores_what_is_posted(api: "Api", landings: list[dict]) -> None:
    """POST /data stores landings, and GET /data gives them back"""
    half = len(landings) // 2
    api.post(landings[:half])
    api.forget()
    wrong = api.landings_fault(landings[:half])
    assert not wrong, f"GET /data after {half} landings were posted: {wrong}"
    api.post(landings[half:])
    api.forget()
    wrong = api.landings_fault(landings)
    assert not wrong, f"GET /data after {len(landings)} landings were posted in two parts: {wrong}"


@check(points=2, criterion="query", hint="The bare list: not inside an object, and [] if there is nothing.")
def test_no_landings_are_an_empty_list(api: "Api") -> None:
    """GET /data gives an empty list where there are no landings"""
    wrong = api.landings_fault([])
    assert not wrong, f"GET /data before anything was posted: {wrong}"


@check(
    points=4,
    criterion="load",
    hidden=True,
    hint="A landing replaces the one with its id as a whole, and leaves others alone. A list can be empty.",
)
def test_posting_again_replaces(api: "Api", landings: list[dict]) -> None:
    """A landing that is posted again replaces the old one, with no field left over"""
    corrected = {"id": landings[0]["id"], "name": "Abee (corrected)", "mass (g)": "107000", "fall": "Fell"}
    expected = [corrected, *landings[1:]]
    api.post(landings)
    api.post([corrected])
    api.forget()
    wrong = api.landings_fault(expected)
    assert not wrong, f"GET /data after one landing was corrected: {wrong}"
    api.post([])
    api.post(expected)
    api.forget()
    wrong = api.landings_fault(expected)
    assert not wrong, f"GET /data after an empty list and then the same landings again were posted: {wrong}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    hint="json.dumps and json.loads keep all that JSON can say: text letter by letter, numbers as numbers, "
    "null, true, lists and objects.",
)
def test_values_come_back_as_they_came(api: "Api", seed: int) -> None:
    """GET /data gives every id and value as it came"""
    texts = [*TEXTS, "x" * 40_000]
    ids = ["1:2", "*", "Ådalen", "a b", '"', "%s", "1", "01"]
    Random(f"{seed} texts").shuffle(texts)
    sent = [{"id": id_, "name": id_, "value": None} for id_ in ids]
    sent += [{"id": f"t{at}", "name": text, text[:50]: at} for at, text in enumerate(texts)]
    sent += [{"id": f"v{at}", "name": "", "geolocation": value} for at, value in enumerate(VALUES)]
    api.post(sent)
    api.forget()
    wrong = api.landings_fault(sent)
    assert not wrong, f"GET /data: {wrong}"


@check(points=3, criterion="delete", hint="Whatever keys hold landings, and lists of them, have to go.")
def test_deletes_all_landings(api: "Api", landings: list[dict]) -> None:
    """DELETE /data removes all landings, and others can be posted"""
    api.post(landings)
    api.forget()
    api.delete()
    wrong = api.landings_fault([])
    assert not wrong, f"GET /data after DELETE /data: {wrong}"
    api.delete()
    api.post(landings[:3])
    api.forget()
    wrong = api.landings_fault(landings[:3])
    assert not wrong, f"GET /data after DELETE /data and three landings: {wrong}"


@check(
    points=3,
    criterion="delete",
    hidden=True,
    hint="FLUSHDB deletes everything. Jobs and their results are no landings.",
)
def test_jobs_outlive_the_landings(api: "Api", hire: Hire, whole_landings: list[dict]) -> None:
    """DELETE /data leaves jobs and results alone"""
    worker = hire()
    api.post(whole_landings)
    done = api.submit()
    worker.once()
    before = api.result(done)
    waiting = api.submit()
    api.delete()
    api.forget()
    assert api.result(done) == before, "the result of a job that was done is another after DELETE /data"
    status = api.status(waiting)
    assert status == "submitted", f"a job that waits says {status!r} after DELETE /data, expected 'submitted'"
    worker.once()
    status = api.status(waiting)
    assert status == "done", f"a job that waited during DELETE /data says {status!r} after a worker did it"
