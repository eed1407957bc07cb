"""Two programs at work on the same data: each sees what the other has changed."""

from typing import Any

import pytest

from grader import Redis, Submission, check

Call = tuple[Any, ...]

# What is asked, and twice: what changes it, and the answer from then on.
TEXTS = (
    (("recall", "note:1"), ("remember", "note:1", "one"), "one", ("remember", "note:1", "two"), "two"),
    (("load_json", "note:2"), ("save_json", "note:2", [1]), [1], ("save_json", "note:2", [2]), [2]),
)
WORDS = ((("words",), ("add_word", "one"), ["one"], ("add_word", "two"), ["one", "two"]),)
PROFILES = (
    (
        ("profile_field", "7", "name"),
        ("save_profile", "7", {"name": "Ada"}),
        "Ada",
        ("save_profile", "7", {"name": "Grace"}),
        "Grace",
    ),
)
TAGS_AND_PLAYERS = (
    (("items_with_all", ["red"]), ("tag", "chair", ["old"]), [], ("tag", "chair", ["red"]), ["chair"]),
    (("leaders", 1), ("score", "Ada", 3), [("Ada", 3)], ("score", "Ada", 4), [("Ada", 7)]),
)


@check(
    points=4,
    criterion="persistence",
    hidden=True,
    timeout_s=5,
    hint="Ask the database each time: another program can have changed what yours has read before.",
)
@pytest.mark.parametrize(
    "stories",
    [
        pytest.param((*TEXTS, *WORDS), id="texts, JSON and words"),
        pytest.param((*PROFILES, *TAGS_AND_PLAYERS), id="profiles, tags and players"),
    ],
)
def test_two_processes_share_everything(
    submission: Submission, redis: Redis, stories: tuple[tuple[Any, ...], ...]
) -> None:
    """Two programs see each other's changes"""
    other = submission.start()
    for (asked, *about), first, after_first, second, after_second in stories:
        for process, (change, *arguments), answer in (
            (submission, first, after_first),
            (other, second, after_second),
        ):
            process.call(change, redis, *arguments)
            found = [reader.call(asked, redis, *about) for reader in (submission, other)]
            assert plain(found) == plain([answer] * 2), (
                f"after one of two programs has called {change}(), {asked}() gives them {found[0]!r} and "
                f"{found[1]!r}, expected {answer!r}"
            )
    submission.start_afresh()
    for (asked, *about), *_, answer in stories:
        found = submission.call(asked, redis, *about)
        assert plain(found) == plain(answer), (
            f"after all programs have ended {asked}() gives {found!r}, expected {answer!r}"
        )


def plain(value: Any) -> Any:  # noqa: ANN401 - as it came back
    """A value with lists for tuples, since either will do."""
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
