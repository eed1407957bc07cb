"""Who a local server runs as, and how it reaches its folder.

A server that refuses to run as root gets a user of its own where the grader is root. That user may not search
the folders above the server's, which are private, and need not: it inherits the folder as an open descriptor.
"""

import os
import pwd
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from grader.errors import ServiceError
from grader.services.base import Place, ServerSpec
from grader.services.run import MARK

SERVER_ID = 60_700
"""User and group of servers that refuse root: of a range from which no system hands out any, and small
enough for a container that has only 65,536 users."""

_INITIALISE_LIMIT_S = 60.0

# What a server that was led astray can take of the machine: a script's memory counts towards no limit of the
# server's own, nor does its log.
_SERVER_MEMORY_BYTES = 4 * 1024**3
_SERVER_FILE_BYTES = 2 * 1024**3
# Root without every right of root's may not limit another user's process, which therefore limits itself.
_LIMITED = (
    f"ulimit -c 0 && ulimit -v {_SERVER_MEMORY_BYTES // 1024} && ulimit -f {_SERVER_FILE_BYTES // 512} && "
    'exec "$0" "$@"'
)


@dataclass(frozen=True)
class Footing:
    """What a server stands on.

    Attributes:
        folder: The server's own, as the grader sees it.
        seen_as: The same, as the server sees it.
        descriptor: The folder, opened, for a server that may not search the folders above; else None.
        is_other_user: Whether the server runs as a user of its own.
    """

    folder: Path
    seen_as: str
    descriptor: int | None
    is_other_user: bool

    def spawn(
        self, command: Sequence[str], environment: dict[str, str], log: BinaryIO, user: int = SERVER_ID
    ) -> "subprocess.Popen[bytes]":
        """Starts a program on this footing, in a session of its own.

        Args:
            user: Who runs it, if it is another user than the grader's.

        Raises:
            OSError: It cannot be started.
        """
        process = subprocess.Popen(  # noqa: S603 - the settings' own program
            ["/bin/sh", "-c", _LIMITED, *command] if self.is_other_user else list(command),
            # Another user cannot return to a folder that it may not search.
            cwd="/" if self.is_other_user else self.folder / "data",
            env={"PATH": os.defpath, "LANG": "C.UTF-8", **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user if self.is_other_user else None,
            group=user if self.is_other_user else None,
            extra_groups=[] if self.is_other_user else None,
            pass_fds=[] if self.descriptor is None else [self.descriptor],
        )
        if not self.is_other_user:
            _limit(process.pid)
        return process

    def give(self, folder: Path, user: int = SERVER_ID) -> None:
        """Gives a folder and all that is in it to the server's user, if it is another than the grader's."""
        if not self.is_other_user:
            return
        os.chown(folder, user, user)
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(parent, name), user, user, follow_symlinks=False)


@contextmanager
def stand(folder: Path, *, refuses_root: bool) -> Iterator[Footing]:
    """Opens a server's folder for the time in which programs are started on it."""
    is_other_user = refuses_root and os.geteuid() == 0
    if not is_other_user or sys.platform != "linux":
        yield Footing(folder, str(folder), None, is_other_user)
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Footing(folder, f"/proc/self/fd/{descriptor}", descriptor, is_other_user)
    finally:
        os.close(descriptor)


def initialise(footing: Footing, spec: ServerSpec, place: Place, run_id: str) -> None:
    """Makes a server's data directory, if it needs that and has none yet.

    Raises:
        ServiceError: The program fails; with what it said.
    """
    data, log_path = footing.folder / "data", footing.folder / "log"
    if spec.initialise is None or any(data.iterdir()):
        return
    # The program wants a user that has a name.
    user = pwd.getpwnam("nobody").pw_uid if footing.is_other_user else SERVER_ID
    footing.give(footing.folder, user)
    command = spec.initialise(place)
    with log_path.open("wb") as log:
        try:
            process = footing.spawn(command, {MARK: run_id, **spec.environment}, log, user)
        except OSError as error:
            raise ServiceError(f"{spec.service}: {command[0]} cannot be started: {error}.") from error
        try:
            status: int | None = process.wait(_INITIALISE_LIMIT_S)
        except subprocess.TimeoutExpired:
            status = None
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if status != 0:
        words = log_path.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
        took = f"did not end within {_INITIALISE_LIMIT_S:g} s" if status is None else f"ended with {status}"
        who = f", as user {user}, who must be able to reach it," if footing.is_other_user else ""
        raise ServiceError(f"{spec.service}: {command[0]}{who} {took}. Its last words: {words or 'none'}")
    footing.give(footing.folder)


def _limit(pid: int) -> None:
    if not hasattr(resource, "prlimit"):
        return  # macOS
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (_SERVER_MEMORY_BYTES, _SERVER_MEMORY_BYTES))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_SERVER_FILE_BYTES, _SERVER_FILE_BYTES))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except ProcessLookupError:
        return  # it has ended already, and its log will say why


__all__ = ["SERVER_ID", "Footing", "initialise", "stand"]
