"""Runs entry points on many inputs in several processes, and keeps what went wrong.

Each input has a seed of its own, so that one of them can be tried again alone, whatever ran before it.
"""

import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from types import FrameType

from tests.fuzz.hostile import Luck

__all__ = ["Entry", "Failure", "Hang", "Tally", "fuzz", "try_input", "try_inputs"]

Entry = Callable[[Luck], None]
"""Makes one input and raises if a promise about it is broken."""

LONGEST_S = 5.0
"""How much of the processor's time one input may take."""
_PATIENCE = 12
"""How many times that it may take by the clock, since other processes may keep the processor busy."""
_MOST_SHOWN = 5
_CHUNK = 250


class Hang(BaseException):
    """An input has taken too long; nothing that catches errors may catch it."""


@dataclass(frozen=True)
class Failure:
    """An input on which a promise was broken.

    Attributes:
        number: Of the input.
        where: The kind of the error and the last line of the program, by which failures are told apart.
        story: The traceback.
    """

    number: int
    where: str
    story: str


@dataclass
class Tally:
    """What came of an entry point.

    Attributes:
        seconds: All workers together.
        shown: The first failures of each kind, so many at most.
    """

    inputs: int = 0
    seconds: float = 0.0
    failures: int = 0
    shown: list[Failure] = field(default_factory=list)

    def add(self, failure: Failure) -> None:
        """Counts a failure, and keeps it if it is unlike the others."""
        self.failures += 1
        self._keep(failure)

    def merge(self, other: "Tally") -> None:
        """Adds what another part of the same run came to."""
        self.inputs += other.inputs
        self.seconds += other.seconds
        self.failures += other.failures
        for failure in other.shown:
            self._keep(failure)

    def _keep(self, failure: Failure) -> None:
        if len(self.shown) < _MOST_SHOWN and failure.where not in {one.where for one in self.shown}:
            self.shown.append(failure)


def try_input(entry: Entry, seed: str, number: int, longest_s: float = LONGEST_S) -> Failure | None:
    """Tries one input."""
    try:
        with _alarm(longest_s), warnings.catch_warnings():
            warnings.simplefilter("error")
            entry(Random(f"{seed}:{number}"))  # noqa: S311 (the same inputs each time)
    except Hang as hang:
        return _failure(number, hang)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever escapes is what is looked for)
        return _failure(number, error)
    return None


def try_inputs(entry: Entry, seed: str, numbers: range, longest_s: float = LONGEST_S) -> Tally:
    """Tries several inputs, one after another, and does not stop at a failure."""
    tally = Tally()
    began = time.perf_counter()
    for number in numbers:
        tally.inputs += 1
        failure = try_input(entry, seed, number, longest_s)
        if failure is not None:
            tally.add(failure)
    tally.seconds = time.perf_counter() - began
    return tally


def fuzz(entries: Mapping[str, Entry], number: int, seed: str, workers: int) -> Iterator[tuple[str, Tally]]:
    """Tries so many inputs of each entry point, and gives each one's tally when it is done.

    A process that dies over an input ends its entry point, whose tally then holds this as a failure.
    """
    for name, entry in entries.items():
        yield name, _fuzz_one(entry, number, f"{seed}:{name}", workers)


def _fuzz_one(entry: Entry, number: int, seed: str, workers: int) -> Tally:
    tally = Tally()
    context = get_context("fork")  # so that an entry point that a test has just made can run too
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_adopt, initargs=(entry,)) as pool:
        parts: dict[Future[Tally], range] = {
            pool.submit(_try_adopted, seed, numbers): numbers for numbers in _chunks(number)
        }
        for part in as_completed(parts):
            try:
                tally.merge(part.result())
            except BrokenProcessPool:
                tally.add(
                    Failure(
                        parts[part].start, "a dead process", f"A process died over one of {parts[part]}.\n"
                    )
                )
    return tally


def _chunks(number: int) -> Iterator[range]:
    return (range(start, min(start + _CHUNK, number)) for start in range(0, number, _CHUNK))


_ADOPTED: list[Entry] = []
"""The entry point of a worker process, which it is given once: entry points need not be picklable."""


def _adopt(entry: Entry) -> None:
    _ADOPTED[:] = [entry]


def _try_adopted(seed: str, numbers: range) -> Tally:
    return try_inputs(_ADOPTED[0], seed, numbers)


@contextmanager
def _alarm(longest_s: float) -> Iterator[None]:
    """Rings when so much of the processor's time is used up, or a multiple of that by the clock."""
    limits = {signal.ITIMER_PROF: longest_s, signal.ITIMER_REAL: longest_s * _PATIENCE}

    def ring(number: int, _frame: FrameType | None) -> None:
        raise Hang(f"It has {'waited' if number == signal.SIGALRM else 'worked'} more than {longest_s:g} s.")

    before = {kind: signal.signal(kind, ring) for kind in (signal.SIGPROF, signal.SIGALRM)}
    for timer, limit_s in limits.items():
        signal.setitimer(timer, limit_s)
    try:
        yield
    finally:
        for timer in limits:
            signal.setitimer(timer, 0)
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _failure(number: int, error: BaseException) -> Failure:
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    ours = next(
        (
            frame
            for frame in reversed(frames)
            if "/grader/" in frame.filename or "/fuzz/entries/" in frame.filename
        ),
        None,
    )
    where = (
        f"{type(error).__name__} at {ours.filename}:{ours.lineno}"
        if ours
        else f"{type(error).__name__} at {place}"
    )
    story = "".join(traceback.format_exception(error, limit=-12))
    return Failure(number, where, story.encode("utf-8", "backslashreplace").decode())
