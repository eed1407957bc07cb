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


def work(descriptor: int) -> None:
    """Grades until there is no more to do; when the other end closes, ends at once and leaves nothing behind.

    Args:
        descriptor: Of a connection that brings lab and settings, then orders, and takes messages.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    connection = Connection(descriptor)
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    try:
        lab, settings = connection.recv()
        threading.Thread(target=_listen, args=(connection, orders), daemon=True).start()
        while _serve(connection, lab, settings, orders):
            pass
    except (KeyboardInterrupt, BrokenPipeError, EOFError):
        return


def _serve(connection: Connection, lab: Lab, settings: Settings, orders: "queue.SimpleQueue[Order]") -> bool:
    """Grades at one station until something fails; whether another station may do better."""
    teller = Teller(connection)
    order = orders.get()
    try:
        with open_station(lab, settings, teller) as station:
            while True:
                connection.send(_graded(station, order, teller))
                order = orders.get()
    except HOPELESS as error:
        connection.send(GivenUp(error))
        return False
    except GraderError as error:
        connection.send(Failed(str(error)))
    return True


def _graded(station: Station, order: Order, teller: Teller) -> LabResult | Rejected:
    try:
        graded = grade_at(station, order, teller)
    except SubmissionRejectedError as error:
        return Rejected(str(error))
    if graded.interrupted:
        raise KeyboardInterrupt
    return graded.result


def _listen(connection: Connection, orders: "queue.SimpleQueue[Order]") -> None:
    """Takes orders; when the other end closes, even by SIGKILL, ends whatever is going on."""
    try:
        while True:
            orders.put(connection.recv())
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGTERM)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
