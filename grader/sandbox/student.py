"""One student process, as the grader holds it."""

import importlib.util
import secrets
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from grader.errors import (
    CallError,
    CallTimeoutError,
    CourseError,
    OutputLimitError,
    ProcessCrashedError,
    ProtocolViolationError,
    SandboxError,
)
from grader.sandbox.answers import read_answer, stays_alive
from grader.sandbox.base import MIB, Call, Limits
from grader.sandbox.channel import Channel, ChannelClosedError, DeadlineError, ForgeryError
from grader.sandbox.inside.child.clients import KINDS
from grader.sandbox.inside.codec import DecodeError, EncodeError, ServiceArgument, Value, decode, encode
from grader.sandbox.inside.protocol import ExitCode, Kind
from grader.sandbox.launch import WarmLostError, WarmProcess
from grader.sandbox.output import OutputReader

START_PATIENCE_S = 30.0
# Beyond the value itself: the question's id and the kind of answer.
ENVELOPE_BYTES = 4096


@dataclass(frozen=True)
class _Question:
    """A call that has been sent and not answered."""

    id: bytes
    name: str


class StudentProcess:
    """A running process that takes calls; `grader.sandbox.base.Process` says what each method does."""

    def __init__(
        self,
        warm: WarmProcess,
        token: int,
        channel: Channel,
        output: OutputReader,
        limits: Limits,
        why_killed: Callable[[], CallError | None],
    ) -> None:
        """Holds a process that has been started.

        Args:
            warm: Started it.
            token: The name under which it did.
            channel: The connection to the process.
            output: What it prints.
            limits: What it may use.
            why_killed: What the processes took too much of together, if they were killed for it.
        """
        self._warm = warm
        self._token = token
        self._channel = channel
        self._output = output
        self._limits = limits
        self._why_killed = why_killed
        self._question: _Question | None = None
        self._is_killed = False
        self._ended_by: CallError | None = None

    def set_up(self, workspace: str, environment: Mapping[str, str]) -> None:
        """Tells the process what it may use, and awaits that it is ready.

        Raises:
            SandboxError: It cannot be set up.
            WarmLostError: It was lost together with the process that started it.
        """
        deadline = time.monotonic() + START_PATIENCE_S
        try:
            self._channel.send(encode(self._setup(workspace, environment)), deadline)
            answer: Any = decode(self._channel.receive(deadline))
        except (DeadlineError, ChannelClosedError, ForgeryError, DecodeError, EncodeError) as error:
            self.kill()
            if not self._warm.is_alive:
                raise WarmLostError("the process that starts student processes was killed") from error
            printed = self.output.strip() or type(error).__name__
            raise SandboxError(
                f"No student process could be set up in {workspace}: {printed[-2000:]}\n"
                "Is the folder readable, and is there memory left?"
            ) from error
        if answer != {"kind": Kind.READY.value}:
            self.kill()
            raise SandboxError(f"A student process began with {str(answer)[:200]} instead of being ready.")

    def call(self, call: Call, timeout_s: float) -> Value:
        """Calls a function and awaits its value."""
        deadline = time.monotonic() + timeout_s
        self._ask(call, deadline, timeout_s)
        return self._await(deadline, timeout_s)

    def send(self, call: Call, timeout_s: float) -> None:
        """Starts a call and does not wait for its value."""
        self._ask(call, time.monotonic() + timeout_s, timeout_s)

    def receive(self, timeout_s: float) -> Value:
        """Awaits the value of the call that was sent last."""
        return self._await(time.monotonic() + timeout_s, timeout_s)

    def kill(self) -> None:
        """Kills the process and all that it started."""
        if self._is_killed:
            return
        self._is_killed = True
        self._end()

    @property
    def is_running(self) -> bool:
        """Whether it can take a call."""
        return not self._is_killed and self._warm.is_alive and self._channel.is_open()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output.text()

    def _setup(self, workspace: str, environment: Mapping[str, str]) -> dict[str, Value]:
        limits: dict[str, Value] = {
            "RLIMIT_AS": self._limits.memory_bytes,
            "RLIMIT_CORE": 0,
            "RLIMIT_FSIZE": self._limits.file_bytes,
            "RLIMIT_NOFILE": self._limits.open_files,
        }
        if self._warm.plan is not None:
            # Of a user that others are too, theirs would count.
            limits["RLIMIT_NPROC"] = self._limits.processes
        return {
            "workspace": workspace,
            "environment": dict(environment),
            "limits": limits,
            "reply_bytes": self._limits.reply_bytes,
        }

    def _ask(self, call: Call, deadline: float, timeout_s: float) -> None:
        name = f"{call.module}.{call.function}" if call.source is None else call.function
        if self._question is not None:
            raise CourseError(f"{name} was called while {self._question.name} was not answered yet.")
        if self._is_killed:
            reason = f": {self._ended_by.message}" if self._ended_by else "."
            raise ProcessCrashedError(f"{name} could not be called, since the process has ended{reason}")
        if self._channel.has_pending():
            self._fail(ProtocolViolationError("The code sent an answer that nobody had asked for."))
        question = _Question(secrets.token_bytes(16), name)
        data = _question_data(question, call, timeout_s)
        self._question = question
        try:
            self._channel.send(data, deadline)
        except DeadlineError:
            self._fail(_timeout(name, timeout_s))
        except ChannelClosedError:
            self._fail(self._reason_of_end(name))

    def _await(self, deadline: float, timeout_s: float) -> Value:
        question = self._question
        if question is None:
            raise CourseError("A value was awaited, and nothing had been called.")
        try:
            value = self._read(question, deadline, timeout_s)
        except DeadlineError:
            self._fail(_timeout(question.name, timeout_s))
        except ChannelClosedError:
            self._fail(self._reason_of_end(question.name))
        except ForgeryError as error:
            self._fail(ProtocolViolationError(f"{question.name} gave {error}."))
        except CallError as error:
            if not stays_alive(error):
                self._fail(error)
            self._question = None
            raise
        self._question = None
        if self._channel.has_pending():
            self._fail(ProtocolViolationError(f"{question.name} was answered twice."))
        if self._output.has_exceeded:
            self._fail(self._output_limit())
        return value

    def _read(self, question: _Question, deadline: float, timeout_s: float) -> Value:
        try:
            return self._read_once(question, deadline)
        except CallTimeoutError as slow:
            try:
                return self._read_once(question, deadline)
            except DeadlineError:
                raise _timeout(question.name, timeout_s, slow.traceback) from None

    def _read_once(self, question: _Question, deadline: float) -> Value:
        frame = self._channel.receive(deadline)
        return read_answer(frame, question.id, self._limits.memory_bytes)

    def _fail(self, error: CallError) -> NoReturn:
        self.kill()
        self._question = None
        if self._output.has_exceeded and not isinstance(error, OutputLimitError):
            error = self._output_limit()
        self._ended_by = error
        raise error

    def _reason_of_end(self, name: str) -> CallError:
        """Kills what is left of a process that has hung up, and says why it did."""
        self._is_killed = True
        exit_code = self._end()
        if self._output.has_exceeded:
            return self._output_limit()
        if (reason := self._why_killed()) is not None:
            return reason
        if not self._warm.is_alive and self._warm.is_out_of_reach:
            raise SandboxError(
                f"The process that starts student processes was killed from outside during {name}."
            )
        if exit_code == ExitCode.CHANNEL_LOST:
            return ProtocolViolationError(f"The code broke the connection to the grader during {name}.")
        return ProcessCrashedError(f"The process {_in_words(exit_code)} during {name}.")

    def _end(self) -> int | None:
        exit_code = None
        try:
            exit_code = self._warm.end(self._token)
        except WarmLostError:
            # A student's code can kill the process that started it; then nothing below it may stay.
            self._warm.bury()
        self._channel.close()
        self._output.close()
        return exit_code

    def _output_limit(self) -> OutputLimitError:
        return OutputLimitError(f"The code printed more than {self._limits.output_bytes // MIB:,} MiB.")


def _question_data(question: _Question, call: Call, limit_s: float) -> bytes:
    for argument in call.arguments:
        if isinstance(argument, ServiceArgument):
            _require_client(argument)
    try:
        return encode(
            {
                "id": question.id,
                "module": call.module,
                "function": call.function,
                "source": call.source,
                "limit_s": limit_s,
                "arguments": encode(list(call.arguments)),
            }
        )
    except EncodeError as error:
        raise CourseError(
            f"The arguments of {question.name} do not cross into the sandbox: {error}"
        ) from error


def _require_client(argument: ServiceArgument) -> None:
    """Finds out here what would look like the student's fault there."""
    if argument.client.partition("#")[0] not in KINDS:
        raise CourseError(
            f"The lab names the client {argument.client!r} for {argument.service}. "
            f"There is no such kind; there is {', '.join(KINDS)}."
        )
    package = argument.client.partition(".")[0]
    if package != "url" and importlib.util.find_spec(package) is None:
        raise SandboxError(
            f"The package {package} is not installed, and {argument.client} needs it. Install it."
        )


def _timeout(name: str, timeout_s: float, where: str = "") -> CallTimeoutError:
    return CallTimeoutError(f"{name} did not finish within {timeout_s:g} s.", where)


def _in_words(exit_code: int | None) -> str:
    if exit_code is None:
        return "was killed"
    if exit_code >= 0:
        return f"ended by itself with exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"was killed by {name} ({signal.strsignal(-exit_code) or 'unknown'})"
