"""Tags in sets, and players by points in a sorted set.

Between a call that stores and one that asks the submission starts afresh: a variable or a file could answer.
"""

from collections.abc import Callable
from random import Random

from grader import Redis, Submission, check

InAnyOrder = Callable[[object, list[str]], bool]
Names = Callable[[int], list[str]]
RankingFault = Callable[[dict[str, int], int, object], str]
Show = Callable[[object], str]


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="SADD puts an item into a set. One set for each tag, with the items that have it, answers the "
    "question.",
)
def test_tags_items(
    submission: Submission, redis: Redis, names: Names, texts_in_any_order: InAnyOrder, show: Show
) -> None:
    """An item is found by each of its tags"""
    chair, table = names(2)
    submission.call("tag", redis, chair, ["red", "old"])
    submission.call("tag", redis, table, ["red"])
    submission.start_afresh()
    for one, expected in (("red", [chair, table]), ("old", [chair])):
        found = submission.call("items_with_all", redis, [one])
        assert texts_in_any_order(found, expected), (
            f"items_with_all(rd, ['{one}']) gives {show(found)}, expected {show(expected)}, in any order"
        )


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="Items with all of the tags, not with any of them: SINTER is the intersection of sets.",
)
def test_finds_items_with_all_tags(
    submission: Submission, redis: Redis, names: Names, texts_in_any_order: InAnyOrder, show: Show
) -> None:
    """items_with_all() gives the items that have every tag"""
    both, all_three, one = names(3)
    submission.call("tag", redis, both, ["red", "old"])
    submission.call("tag", redis, all_three, ["old", "red", "big"])
    submission.call("tag", redis, one, ["red"])
    submission.start_afresh()
    for tags, expected in (
        (["red", "old"], [both, all_three]),
        (["big", "old", "red"], [all_three]),
        (["red", "blue"], []),
    ):
        found = submission.call("items_with_all", redis, tags)
        assert texts_in_any_order(found, expected), (
            f"items_with_all(rd, {tags}) gives {show(found)}, expected {show(expected)}, in any order"
        )


@check(
    points=2,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="A second call adds tags: the earlier ones stay, and none counts twice.",
)
def test_tags_add_up(
    submission: Submission, redis: Redis, names: Names, texts_in_any_order: InAnyOrder, show: Show
) -> None:
    """A second tag() adds to the tags of an item"""
    item, other = names(2)
    submission.call("tag", redis, other, ["old"])
    for tags in (["red"], ["old", "red"], ["big"], ["red"]):
        submission.call("tag", redis, item, tags)
    submission.start_afresh()
    for tags, expected in ((["red"], [item]), (["old"], [item, other]), (["red", "old", "big"], [item])):
        found = submission.call("items_with_all", redis, tags)
        assert texts_in_any_order(found, expected), (
            f"items_with_all(rd, {tags}) gives {show(found)}, expected {show(expected)}, in any order"
        )


@check(
    points=3,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="No tags asked for: no items. A tag that nothing has: no items. Any text is a tag or an item.",
)
def test_tags_at_the_edges(
    submission: Submission,
    redis: Redis,
    odd_texts: list[str],
    texts_in_any_order: InAnyOrder,
    show: Show,
) -> None:
    """items_with_all() copes with no tags, unknown ones, and any text"""
    first, *others = odd_texts
    submission.call("tag", redis, first, odd_texts)
    for other in others:
        submission.call("tag", redis, other, [other])
    submission.start_afresh()
    for tags, expected in (
        ([], []),
        (["no such tag"], []),
        ([first, "no such tag"], []),
        ([first, first], [first]),
        (odd_texts, [first]),
        *(([other], [first, other]) for other in others),
    ):
        found = submission.call("items_with_all", redis, tags)
        assert texts_in_any_order(found, expected), (
            f"items_with_all(rd, {show(tags)}) gives {show(found)}, expected {show(expected)}"
        )


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="ZINCRBY adds to the points of a member of a sorted set; ZADD replaces them.",
)
def test_points_add_up(
    submission: Submission, redis: Redis, random: Random, names: Names, ranking_fault: RankingFault
) -> None:
    """score() adds points to what a player has"""
    player, other = names(2)
    points = [random.randrange(1, 1_000) for _ in range(3)]
    for one in points:
        submission.call("score", redis, player, one)
    submission.call("score", redis, other, 5_000)
    submission.start_afresh()
    expected = {player: sum(points), other: 5_000}
    wrong = ranking_fault(expected, 2, submission.call("leaders", redis, 2))
    assert not wrong, f"leaders(rd, 2) after score() with {points} for {player!r}: {wrong}"


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="A sorted set goes from low to high, unless you ask for the reverse. Scores come as float, names "
    "as bytes.",
)
def test_gives_the_leaders(
    submission: Submission, redis: Redis, random: Random, names: Names, ranking_fault: RankingFault
) -> None:
    """leaders() gives the players with the most points, best first"""
    first, *others = names(7)
    players = {first: 1_000} | dict(zip(others, random.sample(range(1, 1_000), 6), strict=True))
    for player, points in sorted(players.items()):
        submission.call("score", redis, player, points)
    submission.start_afresh()
    for n in (1, 3):
        wrong = ranking_fault(players, n, submission.call("leaders", redis, n))
        assert not wrong, f"leaders(rd, {n}) of {len(players)} players: {wrong}"


@check(
    points=2,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="Points are any whole numbers: 0, negative ones, and very large ones, which stay exact.",
)
def test_any_points_add_up(
    submission: Submission, redis: Redis, names: Names, ranking_fault: RankingFault
) -> None:
    """score() takes 0, negative and very large numbers"""
    nothing, debtor, giant, loser = names(4)
    for player, points in (
        (nothing, 0),
        (debtor, 10),
        (debtor, -25),
        (giant, 2**53 - 8),
        (giant, 7),
        (loser, -(2**53)),
    ):
        submission.call("score", redis, player, points)
    submission.start_afresh()
    expected = {giant: 2**53 - 1, nothing: 0, debtor: -15, loser: -(2**53)}
    wrong = ranking_fault(expected, 4, submission.call("leaders", redis, 4))
    assert not wrong, f"leaders(rd, 4): {wrong}"


@check(
    points=3,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="n can be 0, or more than there are players. Two players can have equal points. Any text is a "
    "player.",
)
def test_leaders_at_the_edges(
    submission: Submission,
    redis: Redis,
    odd_texts: list[str],
    ranking_fault: RankingFault,
) -> None:
    """leaders() copes with nobody, any n, equal points and any names"""
    wrong = ranking_fault({}, 3, submission.call("leaders", redis, 3))
    assert not wrong, f"leaders(rd, 3) before anybody has points: {wrong}"
    players = {player: place % 4 for place, player in enumerate(odd_texts)}
    for player, points in players.items():
        submission.call("score", redis, player, points)
    submission.start_afresh()
    for n in (len(players) + 5, len(players) - 5, 0):
        wrong = ranking_fault(players, n, submission.call("leaders", redis, n))
        assert not wrong, f"leaders(rd, {n}) of {len(players)} players: {wrong}"
