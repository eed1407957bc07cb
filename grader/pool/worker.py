"""One worker: a process with a station, which takes one job after the other over a pipe."""

import os
import queue
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import FrameType

from grader.checks.station import Order, Station, open_station
from grader.config import Settings
from grader.course import Lab
from grader.errors import CourseError, GraderError, IsolationRefusedError, SubmissionRejectedError, UsageError
from grader.grade import grade_at
from grader.results import Check, CheckResult, LabResult

HOPELESS = (CourseError, IsolationRefusedError, UsageError)
"""What no other attempt and no other worker would change."""


@dataclass(frozen=True)
class Said:
    """What a worker says before the end of a job."""

    title: str = ""
    number: int = 0
    count: int = 0
    note: str = ""


@dataclass(frozen=True)
class Rejected:
    """Intake refuses the submission."""

    message: str


@dataclass(frozen=True)
class Failed:
    """Servers, sandbox or rubric failed."""

    message: str


@dataclass(frozen=True)
class GivenUp:
    """No submission can be graded like this."""

    error: GraderError


Message = Said | LabResult | Rejected | Failed | GivenUp


class Teller:
    """A watcher that passes on what happens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._number = self._count = 0

    def collected(self, checks: Sequence[Check]) -> None:
        """The checks that will run; they are counted afresh."""
        self._number, self._count = 0, len(checks)

    def started(self, check: Check) -> None:
        """Tells which check begins."""
        self._number += 1
        self._connection.send(Said(check.title, self._number, self._count))

    def finished(self, result: CheckResult) -> None:
        """Says nothing: the next check, or the whole result, says it."""

    def note(self, text: str) -> None:
        """Passes it on."""
        self._connection.send(Said(note=text))


def work(connection: Connection, lab: Lab, settings: Settings) -> None:
    """Grades until there is no more to do; when the other end closes, ends at once and leaves nothing behind.

    Args:
        connection: Takes orders, None for the end, and gives messages.
    """
    # A terminal's Ctrl-C reaches every process; what it means is for the pool to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, orders), daemon=True).start()
    try:
        while (order := orders.get()) is not None:
            order = _serve(connection, lab, settings, orders, order)
            if order is None:
                return
    except (KeyboardInterrupt, BrokenPipeError):
        return


def _serve(
    connection: Connection,
    lab: Lab,
    settings: Settings,
    orders: "queue.SimpleQueue[Order | None]",
    order: Order | None,
) -> Order | None:
    """Grades at one station until it fails or there is no more to do; the order None says which."""
    teller = Teller(connection)
    try:
        with open_station(lab, settings, teller) as station:
            while order is not None:
                connection.send(_graded(station, order, teller))
                order = orders.get()
    except HOPELESS as error:
        connection.send(GivenUp(error))
        return None
    except GraderError as error:
        connection.send(Failed(str(error)))
    return order


def _graded(station: Station, order: Order, teller: Teller) -> LabResult | Rejected:
    try:
        graded = grade_at(station, order, teller)
    except SubmissionRejectedError as error:
        return Rejected(str(error))
    if graded.interrupted:
        raise KeyboardInterrupt
    return graded.result


def _listen(connection: Connection, orders: "queue.SimpleQueue[Order | None]") -> None:
    """Takes orders; when the other end closes, even by SIGKILL, ends whatever is going on."""
    try:
        while True:
            orders.put(connection.recv())
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGTERM)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
