"""What a check can have a student's process do beside calling a function.

Each tool is a small module that runs inside the sandbox; only plain values cross.
"""

import json
from dataclasses import dataclass
from typing import Any

from grader.errors import ProtocolViolationError

WEB = """
import importlib
import sys
from pathlib import Path

from grader.sandbox.inside.child.tracebacks import describe
from werkzeug.test import Client

clients = {}


def request(factory, arguments, method, path, body, content_type):
    key = (factory, repr(arguments))
    if key not in clients:
        module, _, function = factory.rpartition(".")
        application = getattr(importlib.import_module(module), function)(*arguments)
        if not callable(application):
            given = "None" if application is None else f"a value of type {type(application).__name__}"
            raise TypeError(f"{function}() gave {given}, not the web application. Does it return that?")
        if hasattr(application, "log_exception"):
            application.log_exception = log  # Flask's own has more lines of Flask than of the student
        clients[key] = Client(application)
    headers = {"Content-Type": content_type} if content_type else {}
    response = clients[key].open(path, method=method, data=body, headers=headers)
    return [response.status_code, response.headers.get("Content-Type", ""), response.get_data()]


def log(error):
    print(describe(error[1], Path.cwd()).traceback, file=sys.stderr)
"""
"""Asks a student's WSGI application, made once a process and arguments, without a socket between."""

COMMAND = """
import os
import subprocess
import sys


def run(words, variables, stdin):
    command = [sys.executable if words[0] == "python" else words[0], *words[1:]]
    done = subprocess.run(command, input=stdin, capture_output=True, env={**os.environ, **variables})
    return [done.returncode, done.stdout, done.stderr]
"""
"""Runs a command in the student's folder."""

ALEMBIC = """
import os

from alembic.config import CommandLine


def run(url, words):
    os.environ["DATABASE_URL"] = url
    try:
        CommandLine(prog="alembic").main(words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0
"""
"""Runs Alembic in the student's folder; gives its exit status."""

FILE = """
from pathlib import Path


def write(name, data):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
"""
"""Writes a file into the student's folder, with the student's own rights."""


@dataclass(frozen=True)
class Response:
    """What a student's web application answered.

    Attributes:
        content_type: As in the header, with its parameters.
    """

    status: int
    content_type: str
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the body holds
        """The body as JSON.

        Raises:
            ProtocolViolationError: It is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            text = self.body[:200].decode("utf-8", "backslashreplace")
            raise ProtocolViolationError(f"The answer's body is no JSON ({error}): {text!r}") from error


@dataclass(frozen=True)
class Finished:
    """How a command ended.

    Attributes:
        code: The exit status, negative for a signal.
        out: Standard output, undecodable bytes escaped.
        err: Standard error, likewise.
    """

    code: int
    out: str
    err: str


def response_of(value: object) -> Response:
    """Reads what `WEB` gave; a student's code may have forged it.

    Raises:
        ProtocolViolationError: It is nothing that `WEB` gives.
    """
    match value:
        case [int(status), str(content_type), bytes(body)]:
            return Response(status, content_type, body)
    raise ProtocolViolationError("The web application's answer cannot be read.")


def finished_of(value: object) -> Finished:
    """Reads what `COMMAND` gave.

    Raises:
        ProtocolViolationError: It is nothing that `COMMAND` gives.
    """
    match value:
        case [int(code), bytes(out), bytes(err)]:
            texts = (data.decode("utf-8", "backslashreplace") for data in (out, err))
            return Finished(code, *texts)
    raise ProtocolViolationError("The command's answer cannot be read.")
