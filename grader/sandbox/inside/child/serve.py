"""The loop of a student process: a call comes in, a value or what went wrong goes out."""

import contextlib
import mmap
import os
import socket
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, Never

from grader.sandbox.inside.child.alarm import Alarm
from grader.sandbox.inside.child.clients import ClientError, Clients
from grader.sandbox.inside.child.modules import (
    MissingError,
    Modules,
    explain_arguments,
    file_imported,
    find_function,
    name_asked_for,
)
from grader.sandbox.inside.child.plain import NotPlainError, make_plain
from grader.sandbox.inside.child.setup import Setup, apply, take_descriptors
from grader.sandbox.inside.child.tracebacks import describe, whereabouts
from grader.sandbox.inside.codec import DecodeError, EncodeError, decode, encode
from grader.sandbox.inside.protocol import ExitCode, Kind, read_frame, write_frame

RESERVE_BYTES = 8 << 20

Answer = dict[str, Any]


def run_child(channel: int, output: int) -> Never:
    """Sets this process up and serves until the grader hangs up; never returns.

    Args:
        channel: The descriptor of the connection to the grader.
        output: The descriptor that takes what the student's code prints.
    """
    try:
        connection = take_descriptors(channel, output)
        server = _first_frame(connection)
    except BaseException:
        traceback.print_exc()
        _exit(ExitCode.NOT_STARTED)
    else:
        try:
            server.serve()
        except BaseException:
            _exit(ExitCode.CHANNEL_LOST)
        _exit(0)


def _first_frame(connection: socket.socket) -> "Server":
    frame = read_frame(connection)
    if frame is None:
        _exit(0)
    setup = Setup(**_dictionary(decode(frame)))
    server = Server(connection, apply(setup), setup.reply_bytes)
    # Whatever fails before is not the student's fault.
    write_frame(connection, encode({"kind": Kind.READY.value}))
    return server


def _dictionary(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DecodeError("A question is a dict.")
    return value


def _exit(code: int) -> Never:
    with contextlib.suppress(Exception):  # a student may have replaced or closed the streams
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # nothing that student code has registered may run now


class Server:
    """Answers the calls of one process, one after the other."""

    def __init__(self, connection: socket.socket, workspace: Path, reply_bytes: int) -> None:
        self._connection = connection
        self._workspace = workspace
        self._reply_bytes = reply_bytes
        self._modules = Modules(workspace)
        self._clients = Clients()
        # Address space alone: no page of it is ever touched.
        self._reserve = mmap.mmap(-1, RESERVE_BYTES, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    def serve(self) -> None:
        """Answers until the grader hangs up."""
        while (frame := read_frame(self._connection)) is not None:
            answer = self._answer(frame)
            with contextlib.suppress(Exception):  # a student may have replaced or closed the streams
                sys.stdout.flush()
                sys.stderr.flush()
            write_frame(self._connection, answer)

    def _answer(self, frame: bytes) -> bytes:
        question: dict[str, Any] = {}
        try:
            question = _dictionary(decode(frame))
            # By themselves, so that the answer has the question's id whatever happens here.
            question["arguments"] = decode(question["arguments"], self._clients.client)
            with Alarm(question["limit_s"], lambda frame: self._tell(question["id"], frame)):
                answer = encode({"id": question["id"], **self._perform(question)})
        except MemoryError:
            # What the student's code holds on to leaves no room to say so.
            self._reserve.close()
            answer = encode(
                {"id": question.get("id"), "kind": Kind.MEMORY.value, "message": _TOO_MUCH_MEMORY}
            )
        except (EncodeError, DecodeError, ClientError) as error:
            answer = _refusal(question.get("id"), str(error))
        except BaseException as error:  # of evil objects, even the type's name can raise
            answer = _refusal(question.get("id"), f"No answer could be made: {type(error)!r:.200}")
        if len(answer) > self._reply_bytes:
            size = f"{len(answer):,} bytes, and {self._reply_bytes:,} are allowed"
            answer = _refusal(question.get("id"), f"result is too large: {size}")
        return answer

    def _tell(self, question_id: object, frame: FrameType) -> None:
        """Says where the code is, ahead of the answer."""
        if where := whereabouts(frame, self._workspace):
            answer = {"id": question_id, "kind": Kind.SLOW.value, "message": "", "traceback": where}
            write_frame(self._connection, encode(answer))

    def _perform(self, question: Answer) -> Answer:
        source = question["source"]
        file = f"{question['module']}.py" if source is None else "Your code"
        stage = f"{file} could not be imported: "
        try:
            module = self._modules.load(question["module"]) if source is None else self._modules.probe(source)
            stage = ""
            function = find_function(module, question["function"])
            value = self._called(function, question)
            return {"kind": Kind.VALUE.value, "value": make_plain(value)}
        except MissingError as error:
            return {"kind": Kind.MISSING.value, "message": str(error)}
        except NotPlainError as error:
            return {"kind": Kind.PROTOCOL.value, "message": f"{question['function']}: the {error}."}
        except MemoryError:
            raise
        except _MisfitError as error:
            return _exception("TypeError", str(error), f"TypeError: {error}")
        except BaseException as error:
            if source is not None and (absent := name_asked_for(error)):
                return {"kind": Kind.MISSING.value, "message": absent}
            if source is not None and (file := file_imported(error, self._workspace)):
                stage = f"{file} could not be imported: "
            return self._raised(error, stage, question["function"] if source is None else "Your code")

    def _called(self, function: Any, question: Answer) -> object:  # noqa: ANN401 - the student's
        try:
            return function(*question["arguments"])
        except TypeError as error:
            raised_here = error.__traceback__ is not None and error.__traceback__.tb_next is None
            misfit = explain_arguments(function, question["arguments"]) if raised_here else ""
            if misfit:
                raise _MisfitError(misfit) from None
            raise

    def _raised(self, error: BaseException, stage: str, function: str) -> Answer:
        described = describe(error, self._workspace)
        if isinstance(error, SystemExit):
            who = f"{stage}it" if stage else function
            message = (
                f"{who} called sys.exit({described.text}), which ends a program; return or raise instead"
            )
        else:
            text = f"{described.type_name}: {described.text}".removesuffix(": ")
            message = f"{stage}{text}" if stage else f"{function} raised {text}"
        return _exception(described.type_name, message, described.traceback)


class _MisfitError(Exception):
    """The function does not take the arguments that the lab passes."""


_TOO_MUCH_MEMORY = "The code ran out of memory."


def _exception(type_name: str, message: str, text: str) -> Answer:
    return {"kind": Kind.EXCEPTION.value, "type": type_name, "message": message, "traceback": text}


def _refusal(question_id: object, message: str) -> bytes:
    plain_id = question_id if type(question_id) is bytes else None
    return encode({"id": plain_id, "kind": Kind.PROTOCOL.value, "message": message})
