"""Sweeps up what a grader left behind that was killed before it could clean up after itself.

Only runs whose owner is dead are touched. Two graders that sweep at once do no harm: each run is claimed by
one of them.
"""

import logging
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from grader.errors import GraderError
from grader.services.backends.memory import release_memory
from grader.services.run import MARK, claim, has_containers
from grader.submission.workspace import remove_tree

# A folder that is still being made has its name with the dot for a few milliseconds.
_MAKING_S = 60.0
_KILL_LIMIT_S = 5.0

_log = logging.getLogger(__name__)


def sweep_leftovers(state_dir: Path) -> tuple[str, ...]:
    """Kills and deletes all that belongs to runs whose owner is dead; gives their ids.

    What cannot be deleted now stays for the next sweep, with a warning in the log.
    """
    swept = []
    for folder in _run_folders(state_dir):
        with claim(folder) as is_ours:
            if is_ours and _clear_safely(folder):
                swept.append(folder.name)
    return tuple(swept)


def clear_run(folder: Path) -> None:
    """Kills the processes, removes the containers and deletes the folder of a run.

    Raises:
        GraderError: Something of it cannot be removed; its folder stays, so that another sweep can try.
    """
    kill_processes(folder)
    for server in folder.glob("*-*/"):
        release_memory(server)
    if has_containers(folder):
        # Costs a quarter of a second to import, so only when there is something to do.
        from grader.services.backends.engine import remove_containers  # noqa: PLC0415

        remove_containers(folder.name.removeprefix("."))
    remove_tree(folder)


def kill_processes(folder: Path) -> None:
    """Kills every process of a run, and returns when all are dead.

    Raises:
        GraderError: One is still there after some seconds.
    """
    deadline = time.monotonic() + _KILL_LIMIT_S
    while found := list(_belonging(folder.resolve())):
        if time.monotonic() > deadline:
            numbers = ", ".join(str(process.pid) for process in found)
            raise GraderError(
                f"Processes of an earlier run could not be killed: {numbers}. End them by hand, as root."
            )
        for process in found:
            _kill(process)
        psutil.wait_procs(found, timeout=0.5)


def _run_folders(state_dir: Path) -> Iterator[Path]:
    if not state_dir.is_dir():
        return
    for folder in sorted(state_dir.iterdir()):
        try:
            status = folder.lstat()
        except FileNotFoundError:
            continue  # another grader has just deleted it
        is_made = not folder.name.startswith(".") or time.time() - status.st_mtime > _MAKING_S
        if stat.S_ISDIR(status.st_mode) and is_made:
            yield folder


def _clear_safely(folder: Path) -> bool:
    try:
        clear_run(folder)
    except GraderError as error:
        _log.warning("%s is left over from an earlier run and stays: %s", folder, error)
        return False
    return True


def _belonging(folder: Path) -> Iterator[psutil.Process]:
    """Processes that carry the run's mark, or work in its folder: a title can overwrite the mark."""
    run_id = folder.name.removeprefix(".")
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.environ().get(MARK) == run_id or Path(process.cwd()).is_relative_to(folder):
                yield process
        except (psutil.Error, OSError):
            # It has just ended, or it is another user's.
            continue


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise GraderError(f"Process {process.pid} of an earlier run may not be killed: {error}.") from error
