"""The handle on a student's submission that a check holds.

It asks for values and gives plain values back; what the student's code does wrong arrives as a `CallError`.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from json import dumps
from pathlib import Path
from typing import cast

from grader.errors import CallError, CallTimeoutError
from grader.sandbox.base import Call, Process, Sandbox
from grader.sandbox.inside.codec import Argument, ServiceArgument, Value
from grader.services.base import Service
from grader.submission.tools import (
    ALEMBIC,
    COMMAND,
    FILE,
    WEB,
    Finished,
    Response,
    finished_of,
    response_of,
)

VARIABLES: Mapping[str, str] = {
    "redis": "REDIS_URL",
    "mongodb": "MONGODB_URL",
    "postgres": "DATABASE_URL",
}
"""By service, the variable in which student code finds its URL."""


@dataclass
class Allowance:
    """The seconds that the student's code may still take in one check, all its processes together."""

    total_s: float
    used_s: float = 0.0

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            CallTimeoutError: None are.
        """
        left = self.total_s - self.used_s
        if left <= 0:
            raise CallTimeoutError(f"Your code had used up the {self.total_s:g} s of this check.")
        return left


@dataclass(frozen=True)
class Manners:
    """How a lab wants its submissions called.

    Attributes:
        module: The module in which a function without a dot in its name is looked up.
        clients: By the service's name, the kind of client that a service argument becomes.
        urls: Gives, by the service's name, the URL for the student's account as it is now.
    """

    module: str
    clients: dict[str, str]
    urls: Callable[[], Mapping[str, str]] = dict


@dataclass
class Pending:
    """A call that has been sent and not yet answered."""

    _process: Process
    _allowance: Allowance
    _name: str

    def value(self) -> Value:
        """Awaits the function's value; raises as `StudentProcess.call` does."""
        with _timed(self._allowance, self._name) as left_s:
            return self._process.receive(left_s)


@dataclass
class StudentProcess:
    """One process of the student's, started when it is first used."""

    _sandbox: Sandbox
    _workspace: Path
    _manners: Manners
    _allowance: Allowance
    _process: Process | None = field(default=None, init=False)
    _earlier_output: str = field(default="", init=False)

    def call(self, name: str, *arguments: object) -> Value:
        """Calls a function of the student's and gives its plain value.

        Args:
            name: A function of the lab's module, or `module.function`.
            arguments: Plain values; a service arrives as a live client.

        Raises:
            CallError: What the student's code did wrong.
        """
        return self.send(name, *arguments).value()

    def probe(self, source: str, function: str, *arguments: object) -> Value:
        """Calls a function of a small module of the rubric's own, beside the submission.

        Args:
            source: The module's text; it may import the student's modules, and is no secret from them.
        """
        return self._send(Call("rubric_probe", function, self._crossing(arguments), source)).value()

    def http(
        self,
        method: str,
        path: str,
        *,
        application: tuple[object, ...],
        json: object = None,
        body: bytes | None = None,
        content_type: str = "application/json",
    ) -> Response:
        """Sends a request to the student's web application and gives the answer.

        The application is made once a process and arguments, and is asked without a socket between.

        Args:
            application: The function that makes it, as `api.create_app`, and that function's arguments.
            json: What the body says as JSON; None to send `body` as it is, or no body.
            content_type: Sent with a body; empty to send none.

        Raises:
            CallError: What the student's code did wrong.
        """
        data = body if json is None else dumps(json).encode()
        factory, *arguments = application
        kind = content_type if data is not None else ""
        return response_of(self.probe(WEB, "request", factory, arguments, method, path, data, kind))

    def run(self, *command: str, stdin: bytes = b"", **variables: str) -> Finished:
        """Runs a command in the student's folder, in the sandbox; `python` is the interpreter there.

        Args:
            variables: Added to its environment.

        Raises:
            CallError: There is no such command, or it took too long.
        """
        return finished_of(self.probe(COMMAND, "run", list(command), variables, stdin))

    def alembic(self, *words: str, database: Service) -> int:
        """Runs Alembic in the student's folder, with `DATABASE_URL` set; gives its exit status.

        Raises:
            CallError: The student's `env.py`, models or migrations raised.
        """
        return cast("int", self.probe(ALEMBIC, "run", database.argument("url"), list(words)))

    def write(self, name: str, text: str) -> None:
        """Writes a file into the student's folder, as the student's own code could."""
        self.probe(FILE, "write", name, text.encode())

    def send(self, name: str, *arguments: object) -> Pending:
        """Starts a call and does not wait for it; `Pending.value` does."""
        module, _, function = name.rpartition(".")
        return self._send(Call(module or self._manners.module, function, self._crossing(arguments)))

    def kill(self) -> None:
        """Kills the process, as a power cut would; the next call starts another."""
        if self._process is not None:
            self._earlier_output = self.output
            self._process.kill()
            self._process = None

    restart = kill

    @property
    def is_running(self) -> bool:
        """Whether it has been started and can take a call."""
        return self._process is not None and self._process.is_running

    @property
    def output(self) -> str:
        """What the code has printed so far, in all processes of this handle."""
        return self._earlier_output + (self._process.output if self._process else "")

    def _send(self, call: Call) -> Pending:
        if self._process is None or not self.is_running:
            self.kill()
            urls = self._manners.urls()
            variables = {
                variable: self._sandbox.inner(urls[name])
                for name, variable in VARIABLES.items()
                if name in urls
            }
            self._process = self._sandbox.start(self._workspace, variables)
        name = "Your code" if call.source else call.function
        with _timed(self._allowance, name) as left_s:
            self._process.send(call, left_s)
        return Pending(self._process, self._allowance, name)

    def _crossing(self, arguments: tuple[object, ...]) -> tuple[Argument, ...]:
        # A server that was restarted since the last call may be somewhere else.
        self._sandbox.reach(self._manners.urls())
        return tuple(self._argument(argument) for argument in arguments)

    def _argument(self, argument: object) -> Argument:
        if isinstance(argument, list) and any(isinstance(item, Service) for item in argument):
            return cast("Argument", [self._argument(item) for item in argument])
        if isinstance(argument, Service):
            argument = argument.argument(self._manners.clients[argument.name])
        if isinstance(argument, ServiceArgument):
            return replace(argument, url=self._sandbox.inner(argument.url))
        # Whatever is no plain value is refused where it is serialised.
        return cast("Argument", argument)


@dataclass
class Submission(StudentProcess):
    """The submission in one check: its first process, and any others that the check starts."""

    _lay_out: Callable[[], None]
    _others: list[StudentProcess] = field(default_factory=list, init=False)

    def start(self) -> StudentProcess:
        """Gives one more process of the student's, beside this one."""
        other = StudentProcess(self._sandbox, self._workspace, self._manners, self._allowance)
        self._others.append(other)
        return other

    def kill(self) -> None:
        """Kills the process, as a power cut would; the next call starts another.

        Unless other processes of this check run, whatever it left is killed, too: a daemon that outlives it
        could store after a crash what the submission had not kept.
        """
        had_process = self._process is not None
        super().kill()
        if had_process and not any(other.is_running for other in self._others):
            self._sandbox.sweep()

    restart = kill

    def start_afresh(self) -> None:
        """Leaves nothing of the student's but the databases: no process, no file, no variable.

        Every process of this check is killed, daemons too, and the folder is a fresh copy of the submission;
        what the rubric wrote there is gone as well. The next call of any process starts it anew.

        Raises:
            GraderError: The copy cannot be written.
        """
        self._kill_all()
        self._lay_out()

    def end(self) -> str:
        """Ends every process of the student's, daemons too, and gives all that was printed."""
        self._kill_all()
        return "".join(process.output for process in (self, *self._others))

    def _kill_all(self) -> None:
        # All at once first, so that none has to be ended by itself.
        self._sandbox.sweep()
        super().kill()
        for other in self._others:
            other.kill()


@contextmanager
def _timed(allowance: Allowance, name: str) -> Iterator[float]:
    """Counts the time that the student's code takes; gives the seconds that it may.

    Raises:
        CallTimeoutError: It takes longer.
    """
    limit_s = allowance.left()
    started = time.monotonic()
    try:
        yield limit_s
    except CallTimeoutError as error:
        message = f"{name} did not finish within the {allowance.total_s:g} s of this check."
        raise CallTimeoutError(message, error.traceback) from None
    finally:
        allowance.used_s += time.monotonic() - started


__all__ = ["Allowance", "CallError", "Manners", "Pending", "StudentProcess", "Submission"]
