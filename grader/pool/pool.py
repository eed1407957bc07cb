"""The pool itself: hands jobs out, replaces workers that die, repeats what failed by no fault of a job."""

import contextlib
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self

from grader.config import Settings
from grader.course import Lab
from grader.pool.events import (
    Began,
    Checking,
    Event,
    Faulted,
    Finished,
    Job,
    Noted,
    Patience,
    Refused,
    Retried,
)
from grader.pool.worker import Failed, GivenUp, Message, Rejected, Said
from grader.results import LabResult, Outcome, Status
from grader.services.sweep import sweep_leftovers

__all__ = ["Pool", "cores"]

_LEAVING_S = 15.0
"""How long a worker may take to stop its servers."""
_USUAL_PATIENCE = Patience()


def cores() -> int:
    """How many submissions this machine grades at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class _Try:
    """A job with what became of it so far."""

    job: Job
    attempt: int = 1
    deaths: int = 0
    not_before: float = 0.0


@dataclass
class _Worker:
    """A worker process as the pool sees it."""

    number: int
    process: subprocess.Popen[bytes]
    connection: Connection
    doing: _Try | None = None
    at: str = ""
    last_heard: float = field(default_factory=time.monotonic)

    @classmethod
    def start(cls, number: int, lab: Lab, settings: Settings) -> Self:
        """Starts a process of its own session, which a terminal's Ctrl-C does not reach."""
        ours, theirs = Pipe()
        with theirs:
            # No multiprocessing.Process: it would import the caller's main module again, and a process that
            # is a daemon to it, as a worker of a cluster may be, must not have one.
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", "grader.pool", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        worker = cls(number, process, ours)
        with contextlib.suppress(OSError):  # it is dead already, and whoever waits for it hears of that
            ours.send((lab, settings))
        return worker

    def end(self, patience_s: float) -> None:
        """Hangs up, and kills it if it does not end by itself."""
        self.connection.close()
        try:
            self.process.wait(max(0.1, patience_s))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Pool:
    """Worker processes for one lab. A context manager: when it is left, every worker is gone."""

    def __init__(
        self, lab: Lab, settings: Settings, workers: int | None = None, patience: Patience = _USUAL_PATIENCE
    ) -> None:
        """Starts nothing yet.

        Args:
            workers: How many processes grade at once; None for one a core.
            patience: How often a job is tried.
        """
        self._lab = lab
        self._settings = settings
        self._size = workers or cores()
        self._patience = patience
        self._workers: list[_Worker] = []
        self._waiting: deque[_Try] = deque()
        self._started = 0
        self._is_stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.clear()
        for worker in self._workers:
            worker.connection.close()
        give_up = time.monotonic() + _LEAVING_S
        for worker in self._workers:
            worker.end(give_up - time.monotonic())
            if worker.process.returncode:
                sweep_leftovers(self._settings.state_dir)
        self._workers.clear()

    def run(self, jobs: Sequence[Job]) -> Iterator[Event]:
        """Grades jobs, and tells what happens while it does.

        Each job ends in exactly one of `Finished`, `Refused`, `Faulted`.

        Raises:
            GraderError: No submission can be graded, as without the isolation that was asked for.
        """
        self._is_stopping = False
        self._waiting = deque(_Try(job) for job in jobs)
        while (self._waiting and not self._is_stopping) or any(worker.doing for worker in self._workers):
            yield from self._hand_out()
            yield from self._hear()

    def stop(self) -> None:
        """Has no other job begun: `run` ends with those in progress. A signal handler may call it."""
        self._is_stopping = True

    def _hand_out(self) -> Iterator[Event]:
        if self._is_stopping:
            return
        now = time.monotonic()
        due = [each for each in self._waiting if each.not_before <= now]
        for each in due:
            worker = self._idle()
            if worker is None:
                return
            self._waiting.remove(each)
            worker.doing, worker.at, worker.last_heard = each, "", now
            try:
                worker.connection.send(each.job.order)
            except OSError:
                continue  # it is dead, and the next round hears of it
            yield Began(each.job.name, worker.number)

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if worker.doing is None:
                return worker
        if len(self._workers) == self._size:
            return None
        self._started += 1
        self._workers.append(_Worker.start(self._started, self._lab, self._settings))
        return self._workers[-1]

    def _hear(self) -> Iterator[Event]:
        """Waits until a worker says something, is silent for too long, or a job is due again."""
        ready = wait([worker.connection for worker in self._workers], self._seconds_to_wait())
        for worker in [worker for worker in self._workers if worker.connection in ready]:
            try:
                message: Message = worker.connection.recv()
            except (EOFError, OSError):
                yield from self._lost(worker)
            else:
                worker.last_heard = time.monotonic()
                yield from self._understand(worker, message)
        for worker in list(self._workers):
            if worker.doing and time.monotonic() - worker.last_heard > self._patience.silence_s:
                worker.process.kill()
                yield from self._lost(worker)

    def _seconds_to_wait(self) -> float:
        now = time.monotonic()
        moments = [worker.last_heard + self._patience.silence_s for worker in self._workers if worker.doing]
        if any(worker.doing is None for worker in self._workers) or len(self._workers) < self._size:
            moments += [each.not_before for each in self._waiting]
        return max(0.0, min(moments, default=now + 1.0) - now)

    def _understand(self, worker: _Worker, message: Message) -> Iterator[Event]:
        doing = worker.doing
        if doing is None:
            return
        name = doing.job.name
        match message:
            case Said(note=""):
                worker.at = message.title
                yield Checking(name, worker.number, message.title, message.number, message.count)
            case Said():
                yield Noted(name, worker.number, message.note)
            case Rejected():
                worker.doing = None
                yield Refused(name, message.message)
            case LabResult():
                worker.doing = None
                yield from self._finished(doing, message)
            case Failed():
                worker.doing = None
                yield from self._again(doing, message.message)
            case GivenUp():
                self._retire(worker)
                raise message.error

    def _finished(self, doing: _Try, result: LabResult) -> Iterator[Event]:
        if result.status is Status.COMPLETE or doing.attempt >= self._patience.attempts or self._is_stopping:
            yield Finished(doing.job.name, result)
            return
        undecided = next(item.message for item in result.checks if item.outcome is Outcome.UNGRADED)
        yield from self._again(doing, undecided)

    def _again(self, doing: _Try, message: str) -> Iterator[Event]:
        """Puts a job back into the line, or gives it up."""
        is_over = doing.attempt >= self._patience.attempts or doing.deaths >= self._patience.deaths
        if is_over:
            yield Faulted(doing.job.name, message, doing.deaths)
            return
        yield Retried(doing.job.name, doing.attempt, message)
        doing.attempt += 1
        doing.not_before = time.monotonic() + self._patience.pause_before(doing.attempt)
        self._waiting.append(doing)

    def _lost(self, worker: _Worker) -> Iterator[Event]:
        doing = worker.doing
        self._retire(worker)
        sweep_leftovers(self._settings.state_dir)
        if doing is not None:
            doing.deaths += 1
            where = f", in the check «{worker.at}»" if worker.at else ""
            code = worker.process.returncode
            yield from self._again(doing, f"The process that graded it ended with {code}{where}.")

    def _retire(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.end(_LEAVING_S)
