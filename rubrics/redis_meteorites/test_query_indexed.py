"""What `by_class` and `heaviest` give, in a program that knows of no load but from Redis."""

from collections.abc import Callable

from grader import Redis, Submission, check

RankingFault = Callable[[list[dict], int, object], str]
Show = Callable[[object], str]


def ids_of(landings: list[dict], recclass: str) -> list[str]:
    """The ids that `by_class` must give, sorted."""
    return sorted(landing["id"] for landing in landings if landing.get("recclass") == recclass)


def is_list_of_texts(found: object) -> bool:
    """Whether sorting it can be trusted."""
    return type(found) is list and all(type(item) is str for item in found)


@check(
    points=3,
    criterion="query",
    hint="A set for each class, with the ids of its landings, is filled by load(). What comes out are bytes.",
)
def test_lists_a_class(submission: Submission, redis: Redis, landings: list[dict], show: Show) -> None:
    """by_class() gives the ids of the landings of a class"""
    submission.call("load", redis, landings)
    submission.start_afresh()
    for recclass in ("L6", "Iron, IIAB", "Martian (shergottite)"):
        found = submission.call("by_class", redis, recclass)
        assert is_list_of_texts(found), (
            f"by_class(rd, '{recclass}') gives {show(found)}, expected a list of texts"
        )
        expected = ids_of(landings, recclass)
        assert sorted(found) == expected, (
            f"by_class(rd, '{recclass}') gives {show(sorted(found))}, expected {show(expected)}"
        )


@check(
    points=2,
    criterion="query",
    hidden=True,
    hint="A class is any text: with colons, stars and question marks, which mean something in a pattern, and "
    "one can be the beginning of another.",
)
def test_lists_unusual_classes(
    submission: Submission, redis: Redis, landings: list[dict], show: Show
) -> None:
    """by_class() takes a class as it stands"""
    classes = ("L5", "L5/6", "L5:6", "L5 ", "l5", "*", "L?", "[L]5", "100%", "Chondrit ß", "index", "all")
    sent = [{**landing, "recclass": classes[at % len(classes)]} for at, landing in enumerate(landings)]
    submission.call("load", redis, sent)
    submission.start_afresh()
    for recclass in (*classes, "L", "L5/", "no such class"):
        found = submission.call("by_class", redis, recclass)
        assert is_list_of_texts(found), (
            f"by_class(rd, '{recclass}') gives {show(found)}, expected a list of texts"
        )
        expected = ids_of(sent, recclass)
        assert sorted(found) == expected, (
            f"by_class(rd, '{recclass}') gives {show(sorted(found))}, expected {show(expected)}"
        )


@check(
    points=3,
    criterion="query",
    hint="Masses are text in the data and numbers in their order: '9' is less than '21'. A sorted set orders "
    "by number.",
)
def test_finds_the_heaviest(
    submission: Submission, redis: Redis, landings: list[dict], ranking_fault: RankingFault
) -> None:
    """heaviest() gives the heaviest landings with their masses"""
    submission.call("load", redis, landings)
    submission.start_afresh()
    for n in (1, 7):
        wrong = ranking_fault(landings, n, submission.call("heaviest", redis, n))
        assert not wrong, f"heaviest(rd, {n}): {wrong}"


@check(
    points=2,
    criterion="query",
    hidden=True,
    hint="A mass can be 0 or a fraction, two can be equal. In a range of a sorted set, -1 is the last one.",
)
def test_heaviest_at_the_edges(
    submission: Submission, redis: Redis, landings: list[dict], ranking_fault: RankingFault
) -> None:
    """heaviest() copes with equal masses, with 0, and with any n"""
    masses = ["60000000", "0.15", "0.2", "0", "0", "21", "21", "21.0", "123456789.5"]
    sent = [{**landing, "mass (g)": mass} for landing, mass in zip(landings, masses, strict=False)]
    sent.append({"name": "Without a mass", "id": "70000"})
    submission.call("load", redis, sent)
    submission.start_afresh()
    for n in (len(masses) + 5, 5, 0):
        wrong = ranking_fault(sent, n, submission.call("heaviest", redis, n))
        assert not wrong, f"heaviest(rd, {n}): {wrong}"
