"""Finds and kills what is left of a sandbox's processes."""

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from grader.errors import SandboxError

MARKER = "GRADER_RUN"
"""The variable by which every process of a sandbox is found."""

_BURIAL_S = 5.0


def descendants(pid: int) -> list[psutil.Process]:
    """The processes below one."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def kill_marked(marker: str, spared: int | None = None) -> None:
    """Kills the processes that carry the marker, until there are none.

    Raises:
        SandboxError: Some do not die.
    """
    give_up = time.monotonic() + _BURIAL_S
    while found := [each for each in psutil.process_iter() if each.pid != spared and _has(each, marker)]:
        if time.monotonic() > give_up:
            numbers = ", ".join(str(process.pid) for process in found)
            raise SandboxError(f"Processes that a submission left behind do not die: {numbers}. Kill them.")
        kill(found)


def is_abandoned(folder: Path, prefix: str) -> bool:
    """Whether a folder named by a prefix, a process's number and a dash is that of a process that is gone."""
    pid = folder.name.removeprefix(prefix).partition("-")[0]
    return folder.name.startswith(prefix) and pid.isdigit() and not psutil.pid_exists(int(pid))


def kill(processes: Sequence[psutil.Process]) -> None:
    """Kills processes and waits a little for their end."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=0.2)


def _has(process: psutil.Process, marker: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARKER) == marker
    except (psutil.Error, OSError):  # gone, or another user's
        return False
