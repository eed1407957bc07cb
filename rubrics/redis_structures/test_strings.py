"""Texts under a key, and counters.

Between a call that stores and one that asks the submission starts afresh: a variable or a file could answer.
"""

from collections.abc import Callable

from grader import Redis, Submission, check

Names = Callable[[int], list[str]]
Show = Callable[[object], str]


@check(
    points=2,
    criterion="load",
    timeout_s=5,
    hint="SET keeps a text under a key and replaces what was there. GET gives bytes: decode them.",
)
def test_remembers_a_text(submission: Submission, redis: Redis, names: Names, show: Show) -> None:
    """remember() keeps a text, in place of the one before"""
    value, before, other = names(3)
    submission.call("remember", redis, "note:1", before)
    submission.call("remember", redis, "note:2", other)
    submission.call("remember", redis, "note:1", value)
    submission.start_afresh()
    for key, expected in (("note:1", value), ("note:2", other)):
        found = submission.call("recall", redis, key)
        assert found == expected, f"recall(rd, '{key}') gives {show(found)}, expected {show(expected)}"


@check(
    points=1,
    criterion="query",
    timeout_s=5,
    hint="What does GET give for a key that is not there? An empty text is a text.",
)
def test_recalls_nothing_as_none(submission: Submission, redis: Redis, show: Show) -> None:
    """recall() gives None for what is not there, and an empty text for an empty text"""
    found = submission.call("recall", redis, "note:7")
    assert found is None, f"recall(rd, 'note:7') gives {show(found)} and nothing is there, expected None"
    submission.call("remember", redis, "note:7", "")
    for _ in range(2):
        found = submission.call("recall", redis, "note:7")
        assert found == "", f"recall(rd, 'note:7') gives {show(found)}, expected the empty text that is there"
        submission.start_afresh()


@check(
    points=3,
    criterion="load",
    hidden=True,
    timeout_s=5,
    hint="Any text is a value: in any script, very long, with blanks at the ends, or like a number.",
)
def test_remembers_unusual_texts(
    submission: Submission, redis: Redis, odd_texts: list[str], show: Show
) -> None:
    """Unusual texts come back letter by letter"""
    for number, value in enumerate(odd_texts):
        submission.call("remember", redis, f"note:{number}", value)
    submission.start_afresh()
    for number, value in enumerate(odd_texts):
        found = submission.call("recall", redis, f"note:{number}")
        assert found == value, f"recall() gives {show(found)}, expected {show(value)}"


@check(
    points=2,
    criterion="query",
    timeout_s=5,
    hint="INCR adds one and gives the new number; it starts at 0 by itself. Each page has a key of its own.",
)
def test_counts_visits_of_each_page(submission: Submission, redis: Redis, names: Names) -> None:
    """count_visit() gives 1, 2, 3, ... for each page"""
    first, second = names(2)
    for page, expected in ((first, 1), (first, 2), (second, 1), (first, 3), (second, 2)):
        if (page, expected) == (first, 3):
            submission.start_afresh()
        found = submission.call("count_visit", redis, page)
        assert type(found) is int, f"count_visit(rd, {page!r}) gives {found!r}, expected an int"
        assert found == expected, f"count_visit(rd, {page!r}) gives {found} at visit {expected} of that page"


@check(
    points=2,
    criterion="query",
    hidden=True,
    timeout_s=5,
    hint="Two pages are the same only if their names are, letter by letter.",
)
def test_counts_visits_of_unusual_pages(
    submission: Submission, redis: Redis, odd_texts: list[str], show: Show
) -> None:
    """count_visit() takes the name of a page as it stands"""
    pages = ["/", "/about", "/About", "/about/", "about", "/about?a=1", *odd_texts]
    for expected in (1, 2):
        submission.start_afresh()
        for page in pages:
            found = submission.call("count_visit", redis, page)
            assert found == expected, (
                f"count_visit(rd, {show(page)}) gives {show(found)}, expected {expected}"
            )
