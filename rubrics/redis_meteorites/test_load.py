"""What stands in the database after a load."""

from collections.abc import Callable

from grader import Award, Redis, Submission, check

StoredIds = Callable[[], list[str]]


@check(
    points=6,
    criterion="load",
    hint="One key for each landing: meteorite:<id>, as meteorite:57. Two landings can have the same name, "
    "and some have no mass, year or class. Keep all of your own keys elsewhere, as in class:L6.",
)
def test_stores_each_landing_under_its_id(
    submission: Submission, redis: Redis, thousand_landings: list[dict], stored_ids: StoredIds, award: Award
) -> None:
    """Each landing is one object under meteorite:<id>, and nothing else is there"""
    submission.call("load", redis, thousand_landings)
    stored, expected = set(stored_ids()), {landing["id"] for landing in thousand_landings}
    right, other = stored & expected, sorted(stored - expected)
    if right:
        award(2, "some landings are where they belong")
    assert len(right) == len(expected), f"{len(right)} of {len(expected)} landings have a key meteorite:<id>"
    assert not other, f"meteorite:{other[0]} is the key of no landing, and nothing else may begin like that"


@check(
    points=2, criterion="load", hint="load(rd, landings) gives the length of the list, whatever was there."
)
def test_load_says_how_many(submission: Submission, redis: Redis, landings: list[dict]) -> None:
    """load() gives the number of landings, the second time too"""
    for time in ("first", "second"):
        found = submission.call("load", redis, landings)
        assert found == len(landings), (
            f"the {time} time load(rd, landings) gave {found!r}, expected {len(landings)}"
        )


@check(
    points=3,
    criterion="load",
    hint="Sets, sorted sets and hashes take the same entry once however often you add it. Lists do not.",
)
def test_loading_again_changes_nothing(
    submission: Submission,
    redis: Redis,
    landings: list[dict],
    stored_ids: StoredIds,
) -> None:
    """Loading the same landings again changes nothing"""
    submission.call("load", redis, landings)
    once = stored_ids()
    submission.start_afresh()
    classes = sorted(submission.call("by_class", redis, "L6"))
    submission.call("load", redis, landings)
    again = stored_ids()
    submission.start_afresh()
    assert once, "load() stored no landing under meteorite:<id>"
    assert again == once, f"{len(once)} keys meteorite:* after the first load, {len(again)} after the second"
    twice = submission.call("by_class", redis, "L6")
    assert sorted(twice) == classes, (
        f"by_class(rd, 'L6') gave {len(classes)} ids after the first load, {len(twice)} after the second"
    )
    # Whether it is right as such is another check's business.
    first = submission.call("landing", redis, landings[0]["id"])
    assert first is not None, f"landing(rd, '{landings[0]['id']}') gives None after the second load"


@check(
    points=3,
    criterion="load",
    hidden=True,
    hint="load() adds and replaces by id. It deletes no landing that is not in its list.",
)
def test_loading_more_keeps_the_rest(
    submission: Submission, redis: Redis, landings: list[dict], stored_ids: StoredIds
) -> None:
    """A load keeps the landings of earlier loads, and an empty list is no trouble"""
    half = len(landings) // 2
    submission.call("load", redis, landings[:half])
    first = set(stored_ids())
    submission.call("load", redis, landings[half:])
    both = set(stored_ids())
    assert first <= both, (
        f"{len(first - both)} of {len(first)} landings are gone after a second load with others"
    )
    assert first < both, "a second load with other landings stored none of them"
    submission.call("load", redis, [])
    assert set(stored_ids()) == both, "loading an empty list changed what is stored"


@check(
    points=3,
    criterion="load",
    hidden=True,
    hint="The database is not yours alone: delete and change only keys that your program made.",
)
def test_leaves_other_keys_alone(
    submission: Submission, redis: Redis, landings: list[dict], stored_ids: StoredIds
) -> None:
    """A load leaves alone what other programs keep in the database"""
    redis.client.set("note:1", "Buy milk")
    redis.client.rpush("list:words", "one", "two")
    redis.client.hset("profile:7", mapping={"name": "Ada", "id": "7"})
    redis.client.zadd("board:players", {"Ada": 3})
    others = {key: redis.client.dump(key) for key in redis.client.scan_iter()}
    submission.call("load", redis, landings)
    submission.call("load", redis, landings[:3])
    assert stored_ids(), "load() stored no landing under meteorite:<id>"
    for key, dump in others.items():
        assert redis.client.dump(key) == dump, (
            f"load() changed or removed the key {key.decode()} of another program"
        )
