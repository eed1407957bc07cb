"""The positive control: the same attack on a naive grader, in a throw-away process with secrets of its own.

An attack that does not succeed here proves nothing when it fails elsewhere.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from grader.attacks.assemble import assemble
from grader.attacks.attack import HONEST_POINTS, Attack
from grader.attacks.bait import COURSE, Bait
from grader.attacks.remains import kill_marked, left_behind, look
from grader.config import Settings
from grader.errors import GraderError, ServiceError
from grader.services.base import Service
from grader.services.lease import lease
from grader.services.run import open_run
from grader.submission.workspace import remove_tree

__all__ = ["Control", "attack_naive_grader"]

_NAIVE = Path(__file__).with_name("naive")
_LIMIT_S = 10.0
_KEPT_BYTES = 64 * 1024
_POINTS = {
    "test_stores": 4,
    "test_reads": 2,
    "test_totals": 3,
    "test_describes": 3,
    "test_keeps": 4,
    "test_answers": 4,
    "test_migrates": 2,
}


@dataclass(frozen=True)
class Control:
    """How the naive grader did.

    Attributes:
        fell: Whether it fell for the attack; None if it was not attacked.
        says: How it fell, or why it was not attacked.
    """

    fell: bool | None
    says: str


@dataclass(frozen=True)
class _Ran:
    """What one run of the naive grader came to.

    Attributes:
        status: Its exit status; None if it did not end in time.
        passed: The tests that it says have passed; None if it says nothing.
        most: The points that there are.
    """

    status: int | None
    passed: tuple[str, ...] | None
    output: str
    most: int

    @property
    def points(self) -> int:
        """As naive graders count: who exits with zero has passed everything."""
        if self.status == 0:
            return self.most
        return sum(_POINTS.get(name, 0) for name in self.passed or ())


def attack_naive_grader(attack: Attack, bait: Bait, settings: Settings) -> Control:
    """Lets the naive grader grade an attack, and finds out what it gained by that."""
    if attack.naive:
        return Control(None, attack.naive)
    before = look(bait.folder, bait.token)
    try:
        with _server(attack.service, settings) as url:
            ran = _grade(assemble(attack, bait, "naive"), attack.service, bait, url)
            gains = [*_gains(ran, bait), *bait.taken(), *left_behind(before, bait.folder, bait.token)]
            kill_marked(bait.token)
            if not gains:
                honest = _grade(_honest(attack.service, bait), attack.service, bait, url)
                if honest.points != HONEST_POINTS:
                    gains = [f"the next submission has {honest.points} points instead of {HONEST_POINTS}"]
    except GraderError as error:
        return Control(None, f"it cannot be tried here: {error}")
    finally:
        kill_marked(bait.token)
    return Control(bool(gains), gains[0] if gains else f"it has {ran.points} points, and that is all")


def _gains(ran: _Ran, bait: Bait) -> Iterator[str]:
    if ran.status is None:
        yield f"it did not end within {_LIMIT_S:g} s"
    elif ran.points > HONEST_POINTS:
        yield f"{ran.points} points instead of {HONEST_POINTS}"
    elif ran.passed is None:
        yield f"it ended with {ran.status} and no result"
    for place, canary in bait.canaries.items():
        if canary in ran.output:
            yield f"the secret of {place} was seen"
    yield from (f"it {claim}" for claim in claims(ran.output, bait.token))


def claims(output: str, token: str) -> list[str]:
    """What an attack says that it got."""
    mark = f"{token} GOT THROUGH "
    return [line.partition(mark)[2].strip() for line in output.splitlines() if mark in line]


@contextmanager
def _server(service: str, settings: Settings) -> Iterator[str]:
    """A server of the control's own, and the URL of its owner's account, as naive graders use it.

    It is a process of this machine where there can be one: the grader's containers have no network, which
    would stop an attack that the naive grader has nothing against.
    """
    with open_run(settings.state_dir) as run, ExitStack() as stack:
        try:
            leased = stack.enter_context(lease((service,), replace(settings, services="local"), run, {}))
        except ServiceError:
            leased = stack.enter_context(lease((service,), settings, run, {}))
        yield _owners_url(leased.service(service))


def _owners_url(service: Service) -> str:
    accounts = getattr(service, "_accounts", None)  # nobody else may want it, so that it is no part of it
    if accounts is None:
        return service.url
    owner = accounts.grader.in_url().removesuffix("@")
    port = getattr(service, "port")  # noqa: B009 - every one with accounts has it
    host = getattr(service, "host")  # noqa: B009 - the same
    tail = {"redis": "/0", "postgres": "/student", "mongodb": "/student?authSource=admin"}[service.name]
    scheme = {"redis": "redis", "postgres": "postgresql", "mongodb": "mongodb"}[service.name]
    return f"{scheme}://{owner}@{host}:{port}{tail}"


def _honest(service: str, bait: Bait) -> Path:
    folder = bait.folder / "submissions" / f"naive-honest-{service}"
    if not folder.exists():
        shutil.copytree(COURSE / "honest" / service, folder)
        (folder / "solution.py").write_text("from honest import *\n")
    return folder


def _grade(submission: Path, service: str, bait: Bait, url: str) -> _Ran:
    """Grades as naive graders do: unpacks the submission beside the tests, and runs pytest on all of it."""
    folder = bait.folder / "naive"
    remove_tree(folder)
    folder.mkdir()
    try:
        _unpack(submission, folder)
        shutil.copy(_NAIVE / f"test_{service}.py", folder / "test_lab.py")
        shutil.copy(_NAIVE / "grader.py", folder / ".." / "naive_grader.py")
        (folder / "answers.json").write_text(json.dumps({"answer": bait.canaries["tests"]}))
        tests = (folder / "test_lab.py").read_text(encoding="utf-8")
        most = sum(points for name, points in _POINTS.items() if f"def {name}(" in tests)
        return _run(folder, _environment(bait, folder, url), most)
    finally:
        remove_tree(folder)


def _unpack(submission: Path, folder: Path) -> None:
    command = [sys.executable, "-B", str(_NAIVE / "unpack.py"), str(submission), str(folder)]
    subprocess.run(command, check=False, timeout=_LIMIT_S, stdin=subprocess.DEVNULL, capture_output=True)  # noqa: S603 - our own


def _environment(bait: Bait, folder: Path, url: str) -> Mapping[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder.parent / "home"),
        "TMPDIR": str(folder),
        "DATABASE_URL": url,
        "REDIS_URL": url,
        "MONGODB_URL": url,
        "NAIVE": bait.token,
        "PYTHONPATH": str(folder),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        **bait.environment,
    }


def _run(folder: Path, environment: Mapping[str, str], most: int) -> _Ran:
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-B", str(folder.parent / "naive_grader.py")],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None, "it was asked for"  # noqa: S101 - for the type
    kept = bytearray()
    reader = threading.Thread(target=_drain, args=(process.stdout, kept), daemon=True)
    reader.start()
    try:
        status: int | None = process.wait(_LIMIT_S)
    except subprocess.TimeoutExpired:
        status = None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    reader.join(1.0)
    return _Ran(status, _said(folder / "result.json"), bytes(kept).decode("utf-8", "replace"), most)


def _drain(stream: IO[bytes], kept: bytearray) -> None:
    # Here, since whoever the attack has left may hold the other end for a while.
    with stream:
        while chunk := stream.read1(65536):  # type: ignore[attr-defined] # a buffered reader
            kept += chunk
            del kept[: max(0, len(kept) - _KEPT_BYTES)]


def _said(file: Path) -> tuple[str, ...] | None:
    try:
        return tuple(map(str, json.loads(file.read_text())))
    except (OSError, ValueError, TypeError):
        return None
