"""Many programs at once, and what one leaves to another."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from grader import Redis, Submission, check

IsTexts = Callable[[object, list[str]], bool]
Names = Callable[[int], list[str]]
Show = Callable[[object], str]

PROCESSES = 4
# How long all of them may take to come to their first write; below the 5 s after which a client gives up.
PATIENCE_S = 3.0
PAUSE_S = 0.001


@check(
    points=3,
    criterion="transaction",
    timeout_s=10,
    hint="If two programs read 5 and both write 6, a visit is lost. INCR reads, adds and writes in one "
    "step, and gives the new number.",
)
def test_many_processes_count_at_once(
    submission: Submission,
    redis: Redis,
    names: Names,
    writes_held: Callable[[], AbstractContextManager[None]],
    waiting_clients: Callable[[], int],
) -> None:
    """No visit is lost when many processes count at once"""
    first, page = names(2)
    processes = [submission, *(submission.start() for _ in range(PROCESSES - 1))]
    in_turn = [process.call("count_visit", redis, first) for process in processes]
    assert are_in_a_row(in_turn), (
        f"{PROCESSES} processes that count one after the other are given {in_turn}, expected numbers in a row"
    )
    with writes_held():
        # All of them read before any of them writes: whoever reads and writes in two steps does so in vain.
        pending = [process.send("count_visit", redis, page) for process in processes]
        deadline = time.monotonic() + PATIENCE_S
        while waiting_clients() < PROCESSES and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
    found = [process.value() for process in pending]
    assert are_in_a_row(found), (
        f"{PROCESSES} processes count a visit of the same page at once, and are given {found}, "
        "expected numbers in a row"
    )
    submission.start_afresh()
    last = submission.call("count_visit", redis, page)
    assert are_in_a_row([*found, last]), f"the visit after {PROCESSES} others at once gives {last!r}"


def are_in_a_row(counts: list[object]) -> bool:
    """Whether these are whole numbers, each one more than another, in any order."""
    numbers = [count for count in counts if type(count) is int]
    return len(numbers) == len(counts) and sorted(numbers) == list(
        range(min(numbers), min(numbers) + len(counts))
    )


# What runs beside the submission: it lets another visitor come just before one of the commands that
# count_visit sends. A visitor who has to wait, since the page is locked, is not waited for.
COMPANY = """
import threading

import redis

import structures

PATIENCE_S = 0.3


class Crossing:
    # The n-th command of the thread that made this is held until another thread has counted a visit.
    def __init__(self, url, page, n):
        self.url, self.page, self.n = url, page, n
        self.thread, self.sent, self.other = threading.get_ident(), 0, None
        self.counts, self.errors = [], []

    def before_command(self):
        if threading.get_ident() == self.thread:
            self.sent += 1
            if self.sent == self.n:
                self.other = threading.Thread(target=self.visit, daemon=True)
                self.other.start()
                self.other.join(PATIENCE_S)

    def visit(self):
        try:
            self.counts.append(structures.count_visit(redis.Redis.from_url(self.url), self.page))
        except Exception as error:
            self.errors.append(error)


def crossed_by_another(url, page, n):
    crossings = []

    class Connection(redis.Connection):
        def send_packed_command(self, *args, **kwargs):
            for crossing in crossings:
                crossing.before_command()
            return super().send_packed_command(*args, **kwargs)

    pool = redis.ConnectionPool.from_url(url, connection_class=Connection)
    rd = redis.Redis(connection_pool=pool)
    rd.ping()
    crossings.append(Crossing(url, page, n))
    counts = [structures.count_visit(rd, page)]
    crossing, *_ = crossings
    if crossing.other is None:
        return None
    crossing.other.join()
    if crossing.errors:
        raise crossing.errors[0]
    return counts + crossing.counts
"""
MOST_COMMANDS = 12


@check(
    points=4,
    criterion="transaction",
    hidden=True,
    timeout_s=15,
    hint="Another visitor can come between any two of your commands, at the very first visit too. How many "
    "commands does counting need?",
)
def test_another_visitor_comes_between_two_commands(
    submission: Submission, redis: Redis, names: Names
) -> None:
    """No visit is lost, whenever another visitor comes in between"""
    fresh, known = names(2)
    assert submission.call("count_visit", redis, known) is not None, "count_visit() gives None"
    for start, page in (("a new", fresh), ("a known", known)):
        for number in range(2, MOST_COMMANDS + 1):
            name = page if page is known else f"{page} {number}"
            found = submission.probe(COMPANY, "crossed_by_another", redis.argument("url"), name, number)
            if found is None:
                break
            submission.start_afresh()
            last = submission.call("count_visit", redis, name)
            assert are_in_a_row([*found, last]), (
                f"two visitors of {start} page are given {found} where the second comes just before command "
                f"{number} of the first, and the next visitor {last!r}; expected numbers in a row"
            )


@check(
    points=2,
    criterion="persistence",
    timeout_s=5,
    hint="A Python variable is gone when its program ends. What is in Redis stays.",
)
def test_another_process_goes_on(
    submission: Submission, redis: Redis, names: Names, is_texts: IsTexts, show: Show
) -> None:
    """A program that is started again finds everything"""
    value, page, word = names(3)
    submission.call("remember", redis, "note:1", value)
    visits = submission.call("count_visit", redis, page)
    submission.call("add_word", redis, word)
    submission.start_afresh()
    found = submission.call("recall", redis, "note:1")
    assert found == value, (
        f"after a new start recall(rd, 'note:1') gives {show(found)}, expected {show(value)}"
    )
    again = submission.call("count_visit", redis, page)
    assert are_in_a_row([visits, again]), (
        f"count_visit() gave {visits!r} before, and gives {again!r} after a new start"
    )
    found = submission.call("words", redis)
    assert is_texts(found, [word]), (
        f"after a new start words(rd) gives {show(found)}, expected {show([word])}"
    )
