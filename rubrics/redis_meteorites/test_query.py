"""What the reading functions give: landings as they were loaded, and the landings that lack something.

Between a load and a question the submission starts afresh: a Python variable or a file could answer.
"""

from collections.abc import Callable

from grader import Redis, Submission, check

Difference = Callable[[dict, object], str]
Show = Callable[[object], str]

WHOLE = {
    "name": "Aachen",
    "id": "1",
    "recclass": "L5",
    "mass (g)": "21",
    "year": "1880-01-01T00:00:00.000",
    "reclat": "50.775000",
    "reclong": "6.083330",
}


@check(
    points=4,
    criterion="query",
    hint="Redis gives bytes: decode them. Write text so that quotes and missing fields survive, with "
    "json.dumps for instance. A field that a landing does not have is absent from the dict too.",
)
def test_landing_comes_back_as_it_was_loaded(
    submission: Submission, redis: Redis, landings: list[dict], difference: Difference
) -> None:
    """landing() gives each landing as it was loaded"""
    submission.call("load", redis, landings)
    submission.start_afresh()
    quoted = [landing for landing in landings if set(landing["name"]) & set("'\"\\%")]
    for landing in landings[:10] + quoted[:6]:
        found = submission.call("landing", redis, landing["id"])
        wrong = difference(landing, found)
        assert not wrong, f"landing(rd, '{landing['id']}'): {wrong}"


@check(points=2, criterion="query", hint="What does your command give for a key that is not there?")
def test_unknown_landing_is_none(
    submission: Submission, redis: Redis, landings: list[dict], show: Show
) -> None:
    """landing() gives None for an id that is not there"""
    submission.call("load", redis, landings)
    submission.start_afresh()
    known = submission.call("landing", redis, landings[0]["id"])
    assert known, f"landing(rd, '{landings[0]['id']}') gives {show(known)} for a landing that was loaded"
    for unknown in ("999999", "0", ""):
        found = submission.call("landing", redis, unknown)
        assert found is None, f"landing(rd, '{unknown}') gives {show(found)}, expected None"


@check(
    points=3,
    criterion="query",
    hint="A Redis string or hash field holds bytes: after reading, 50.775 and '50.775' are the same, unless "
    "what you stored says which it was.",
)
def test_numbers_stay_numbers(submission: Submission, redis: Redis, difference: Difference) -> None:
    """Text stays text, and a number stays a number"""
    sent = [
        {**WHOLE, "id": "1", "reclat": 50.775, "reclong": -6.25},
        {**WHOLE, "id": "2", "reclat": "50.775", "reclong": -6},
        {**WHOLE, "id": "3", "reclat": 0, "reclong": "0"},
        {**WHOLE, "id": "4", "reclat": 6.083331234567891, "reclong": -123.45678901234567},
    ]
    submission.call("load", redis, sent)
    submission.start_afresh()
    for landing in sent:
        wrong = difference(landing, submission.call("landing", redis, landing["id"]))
        assert not wrong, f"landing(rd, '{landing['id']}'): {wrong}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    hint="Any text is a name: very long ones, blanks at the ends, quotes, line ends, and words as None.",
)
def test_unusual_texts_come_back_exactly(
    submission: Submission, redis: Redis, difference: Difference
) -> None:
    """Unusual names come back letter by letter"""
    names = (
        "None", "null", "true", "1e5", "007", "", "  two blanks  ", "tab\tand\nline end", "100 % _ {0} %s",
        "L'Aigle \"the eagle\"", "back\\slash", "Å is not A\u030a", "🌠 Чебаркуль 隕石", "nul\x00inside",
        "x" * 60_000,
    )  # fmt: skip
    sent = [{**WHOLE, "id": str(at), "name": name} for at, name in enumerate(names)]
    submission.call("load", redis, sent)
    submission.start_afresh()
    for landing in sent:
        wrong = difference(landing, submission.call("landing", redis, landing["id"]))
        assert not wrong, f"landing(rd, '{landing['id']}'): {wrong}"


@check(
    points=2,
    criterion="query",
    hidden=True,
    hint="Ask the database each time: another program can change or remove a landing.",
)
def test_landing_is_read_from_its_own_key(
    submission: Submission, redis: Redis, landings: list[dict], show: Show
) -> None:
    """landing() reads the key of that landing"""
    removed, kept = landings[0]["id"], landings[1]["id"]
    submission.call("load", redis, landings)
    assert submission.call("landing", redis, removed), f"landing(rd, '{removed}') does not find it"
    assert redis.client.delete(f"meteorite:{removed}"), f"there is no key meteorite:{removed}"
    found = submission.call("landing", redis, removed)
    assert found is None, f"the key meteorite:{removed} was removed, and landing() still gives {show(found)}"
    assert submission.call("landing", redis, kept), f"landing(rd, '{kept}') does not find it any more"


@check(
    points=3,
    criterion="query",
    hint="Other programs keep keys in this database, and perhaps you do: count landings, not keys.",
)
def test_counts_landings_only(submission: Submission, redis: Redis, landings: list[dict]) -> None:
    """count() counts landings, whatever else is in the database"""
    nobody = submission.call("count", redis)
    assert nobody == 0, f"count(rd) gives {nobody!r} before anything was loaded, expected 0"
    redis.client.mset({"note:1": "Buy milk", "meteor:1": "a shooting star", "my:meteorite:1": "not for sale"})
    submission.call("load", redis, landings)
    submission.start_afresh()
    found = submission.call("count", redis)
    assert found == len(landings), (
        f"count(rd) gives {found!r}, expected {len(landings)}; in all there are {redis.client.dbsize()} keys"
    )


@check(
    points=3,
    criterion="query",
    hint="A landing belongs to the answer if it lacks one of the fields, or more. Ids are text: '10' comes "
    "before '9'.",
)
def test_finds_incomplete_landings(
    submission: Submission, redis: Redis, landings: list[dict], show: Show
) -> None:
    """incomplete() gives the ids of landings that lack a field, sorted as text"""
    submission.call("load", redis, landings)
    submission.start_afresh()
    for required in (["mass (g)"], ["year", "recclass"]):
        expected = sorted(item["id"] for item in landings if any(field not in item for field in required))
        found = submission.call("incomplete", redis, required)
        assert found == expected, f"incomplete(rd, {required}) gives {show(found)}, expected {show(expected)}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    hint="A field with 0 or an empty text is there. With nothing required nothing is missing.",
)
def test_incomplete_at_the_edges(submission: Submission, redis: Redis, show: Show) -> None:
    """incomplete() knows missing from zero and empty, and copes with any list"""
    edge = {**WHOLE, "name": "", "mass (g)": "0", "reclat": 0}
    del edge["reclong"]
    sent = [{**edge, "id": "8", "reclong": 0.0}, {**edge, "id": "10"}, {**edge, "id": "9"}]
    submission.call("load", redis, sent)
    submission.start_afresh()
    redis.client.set("note:1", "Buy milk")
    for required, expected in (
        (["name", "mass (g)", "reclat"], []),
        (["reclong", "name"], ["10", "9"]),
        ([], []),
        (["fall"], ["10", "8", "9"]),
    ):
        found = submission.call("incomplete", redis, required)
        assert found == expected, f"incomplete(rd, {required}) gives {show(found)}, expected {expected}"
