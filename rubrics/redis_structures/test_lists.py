"""The list of words."""

from collections.abc import Callable

from grader import Redis, Submission, check

IsTexts = Callable[[object, list[str]], bool]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]


def fill(submission: Submission, redis: Redis, words: list[str]) -> None:
    """Adds words, each at the end, and leaves nothing of the submission that could answer but Redis."""
    for word in words:
        submission.call("add_word", redis, word)
    submission.start_afresh()


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="RPUSH adds at the right end, LPUSH at the left; both give the new length. A list keeps a word as "
    "often as it was added.",
)
def test_adds_words_at_both_ends(
    submission: Submission, redis: Redis, names: Names, is_texts: IsTexts, show: Show
) -> None:
    """add_word() adds at the end or at the front, and gives how many words there are"""
    first, second, third = names(3)
    expected: list[str] = []
    for word, front in ((first, False), (second, False), (third, True), (first, True)):
        expected.insert(0 if front else len(expected), word)
        found = submission.call("add_word", redis, word, *([True] if front else []))
        assert type(found) is int, f"add_word() gives {found!r}, expected an int"
        assert found == len(expected), (
            f"add_word() gives {found} for word {len(expected)} of the list, expected {len(expected)}"
        )
    submission.start_afresh()
    found = submission.call("words", redis)
    assert is_texts(found, expected), f"words(rd) gives {show(found)}, expected {show(expected)}"


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="LRANGE counts from 0, and the word at stop belongs to the answer: that is not how Python's "
    "slices count.",
)
def test_gives_a_range_of_words(
    submission: Submission, redis: Redis, names: Names, is_texts: IsTexts, show: Show
) -> None:
    """words() gives the words from start to stop, both included"""
    added = names(6)
    fill(submission, redis, added)
    for arguments, expected in (
        ((), added),
        ((0, 1), added[:2]),
        ((2, 2), added[2:3]),
        ((3,), added[3:]),
        ((-2, -1), added[-2:]),
        ((1, -2), added[1:-1]),
    ):
        found = submission.call("words", redis, *arguments)
        call = f"words({', '.join(['rd', *map(str, arguments)])})"
        assert is_texts(found, expected), f"{call} gives {show(found)}, expected {show(expected)}"


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="LINDEX gives the element at an index. What does it give where there is none?",
)
def test_gives_one_word(submission: Submission, redis: Redis, names: Names, show: Show) -> None:
    """word_at() gives the word at an index, or None"""
    added = names(4)
    fill(submission, redis, added)
    for index, expected in ((0, added[0]), (2, added[2]), (4, None)):
        found = submission.call("word_at", redis, index)
        assert found == expected, f"word_at(rd, {index}) gives {show(found)}, expected {show(expected)}"


@check(
    points=2,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="A range beyond the list has no words in it. There can be no list at all. Any text is a word.",
)
def test_ranges_at_the_edges(
    submission: Submission, redis: Redis, odd_texts: list[str], is_texts: IsTexts, show: Show
) -> None:
    """words() copes with any range and any words"""
    found = submission.call("words", redis)
    assert is_texts(found, []), f"words(rd) gives {show(found)} before there are any, expected []"
    added = ["", *odd_texts]
    fill(submission, redis, added)
    for start, stop, expected in (
        (0, -1, added),
        (5, 2, []),
        (1_000, 2_000, []),
        (-1_000, 0, added[:1]),
        (20, 1_000, added[20:]),
    ):
        found = submission.call("words", redis, start, stop)
        assert is_texts(found, expected), (
            f"words(rd, {start}, {stop}) gives {show(found)}, expected {show(expected)}"
        )


@check(
    points=2,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="A negative index counts from the end. An empty text is a word.",
)
def test_one_word_at_the_edges(submission: Submission, redis: Redis, names: Names, show: Show) -> None:
    """word_at() takes any index"""
    found = submission.call("word_at", redis, 0)
    assert found is None, f"word_at(rd, 0) gives {show(found)} before there are words, expected None"
    added = [*names(3), "", "Ёлка"]
    fill(submission, redis, added)
    for index, expected in ((-1, "Ёлка"), (-2, ""), (3, ""), (-5, added[0]), (-6, None), (10**6, None)):
        found = submission.call("word_at", redis, index)
        assert found == expected, f"word_at(rd, {index}) gives {show(found)}, expected {show(expected)}"
