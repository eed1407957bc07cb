"""A run of the grader: its folder for all that it puts on the disk, and the proof that its owner lives.

    <state_dir>/<run id>/owner.json   who made it: process, start of that process, host
    <state_dir>/<run id>/lock         locked as long as the owner lives; the kernel lets go when it dies

A folder is made under a name with a dot before it, and renamed when both files are there, so that nobody
meets one without them.
"""

import fcntl
import json
import logging
import os
import secrets
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import psutil

from grader.errors import GraderError, UsageError
from grader.submission.workspace import remove_tree

MARK = "GRADER_RUN"
"""The variable that holds the run's id in the environment of every process that belongs to it."""

FILES = "files"
"""The folder in a run's folder whose folders student code may write to: databases that are files."""

CONTAINER_PREFIX = "container-"
"""What the names of files in a run's folder begin with that stand for a container which may exist."""

# The clock may be set while a grader runs, which moves the start of its process a little.
_START_TOLERANCE_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Owner:
    """The process that a run belongs to.

    Attributes:
        started_at: Seconds since the epoch; tells a process from a later one with the same number.
    """

    host: str
    pid: int
    started_at: float

    @classmethod
    def of_this_process(cls) -> Self:
        """The process that asks."""
        return cls(socket.gethostname(), os.getpid(), psutil.Process().create_time())

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The owner of a run's folder; None if the folder does not say."""
        try:
            fields = json.loads((folder / "owner.json").read_text(encoding="utf-8"))
            return cls(str(fields["host"]), int(fields["pid"]), float(fields["started_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def is_of_this_host(self) -> bool:
        """Whether the process is one that this machine can look up."""
        return self.host == socket.gethostname()

    def is_alive(self) -> bool:
        """Whether the process, of this host, still runs."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started_at) < _START_TOLERANCE_S
        except psutil.AccessDenied:
            return True
        except psutil.NoSuchProcess:
            return False

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}:{self.started_at:.2f}"


@dataclass(frozen=True)
class Run:
    """One run of the grader.

    Attributes:
        id: Marks the run's processes and containers.
        folder: For all that the run puts on the disk; nobody else can look into it.
    """

    id: str
    folder: Path
    owner: Owner


@contextmanager
def open_run(state_dir: Path) -> Iterator[Run]:
    """Makes a run's folder, holds it as long as the run lasts, and deletes it.

    Raises:
        UsageError: The state directory is another user's, or cannot be written to.
    """
    _make_state_dir(state_dir)
    owner = Owner.of_this_process()
    run = Run(secrets.token_hex(6), state_dir, owner)
    hidden, folder = state_dir / f".{run.id}", state_dir / run.id
    with ExitStack() as stack:
        # Set early, so that an interrupt leaves nothing wherever it falls.
        stack.callback(remove_tree, hidden)
        hidden.mkdir(mode=0o700)
        lock = stack.enter_context((hidden / "lock").open("w", encoding="utf-8"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        (hidden / "owner.json").write_text(json.dumps(asdict(owner)), encoding="utf-8")
        (hidden / FILES).mkdir()
        stack.callback(_delete, folder)
        hidden.rename(folder)
        yield Run(run.id, folder, owner)


@contextmanager
def claim(folder: Path) -> Iterator[bool]:
    """Takes over the folder of a run whose owner is dead; gives whether that is so.

    Nobody else can claim it meanwhile.
    """
    try:
        lock = (folder / "lock").open("r+", encoding="utf-8")
    except FileNotFoundError:
        yield False
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        owner = Owner.read(folder)
        yield owner is None or (owner.is_of_this_host() and not owner.is_alive())


def has_containers(folder: Path) -> bool:
    """Whether a run may have containers that nobody has removed."""
    return any(folder.glob(f"{CONTAINER_PREFIX}*"))


def _make_state_dir(state_dir: Path) -> None:
    try:
        # Another user can go through it, to a folder whose name it knows: student code may be one.
        state_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        status = state_dir.lstat()
    except OSError as error:
        raise UsageError(
            f"The state directory {state_dir} cannot be made: {error}. "
            f"Name another one with GRADER_STATE_DIR."
        ) from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or not os.access(state_dir, os.W_OK):
        raise UsageError(
            f"The state directory {state_dir} is not a directory of this user's own. "
            f"Name another one with GRADER_STATE_DIR."
        )


def _delete(folder: Path) -> None:
    if has_containers(folder):
        _log.warning("A container of this run could not be removed; the next start tries again: %s", folder)
        return
    try:
        remove_tree(folder)
    except GraderError as error:
        # The grade is not to be lost for it; the next start sweeps the folder.
        _log.warning("%s", error)
