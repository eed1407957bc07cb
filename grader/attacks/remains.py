"""What an attack left on the machine: processes, sockets, files, mounts."""

import contextlib
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

import psutil

from grader.services.run import MARK

__all__ = ["Traces", "kill_marked", "left_behind", "look"]

_SERVERS = frozenset({"redis-server", "postgres", "mongod"})
_PLACES = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - where somebody may have left something
_PATIENCE_S = 2.0
_OWN_FOLDER = re.compile(r"sandbox-\w+")

Traces = Counter[str]
"""What there is of the grader's and of the attack's, each thing in words, and how often."""


def look(folder: Path, token: str) -> Traces:
    """What there is now that bears the token, or belongs to the runs whose files are in a folder."""
    found = Counter(_processes(folder, token))
    found.update(_files(token))
    if Path("/proc/net/unix").exists():
        found.update(f"the socket {name}" for name in _abstract_sockets(token))
        found.update(_lines("the mount", "/proc/self/mountinfo", str(folder)))
        found.update(_groups())
    return found


def left_behind(before: Traces, folder: Path, token: str) -> list[str]:
    """What there is beyond an earlier look; what is just ending is given a moment."""
    deadline = time.monotonic() + _PATIENCE_S
    while (more := look(folder, token) - before) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [f"{what}" if count == 1 else f"{count} times {what}" for what, count in sorted(more.items())]


def kill_marked(token: str) -> list[int]:
    """Kills the processes that bear the token, and gives their numbers."""
    killed = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and _bears(process, (token,)):
                process.kill()
                killed.append(process.pid)
    return killed


def _processes(folder: Path, token: str) -> Iterator[str]:
    own = {process.pid for process in psutil.Process().children(recursive=True)}
    runs = tuple(f"{MARK}={path.name}" for path in folder.glob("state/*")) or (token,)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
            is_marked = _bears(process, (token,))
            if not is_marked and process.name() in _SERVERS:
                continue
            if is_marked or process.pid in own or _bears(process, runs):
                yield f"the process {_title(process)}"


def _bears(process: psutil.Process, words: Collection[str]) -> bool:
    text = " ".join(process.cmdline())
    with contextlib.suppress(psutil.AccessDenied):
        text += " " + " ".join(f"{name}={value}" for name, value in process.environ().items())
    return any(word in text for word in words)


def _title(process: psutil.Process) -> str:
    words = process.cmdline() or [process.name()]
    # Numbers of descriptors and folders of their own differ from one to the next.
    title = " ".join(Path(word).name if "/" in word else word for word in words if not word.isdigit())
    return _OWN_FOLDER.sub("sandbox", title)[:80]


def _files(token: str) -> Iterator[str]:
    for folder in {*_PLACES, tempfile.gettempdir(), str(Path.home()), str(Path.cwd())}:
        with contextlib.suppress(OSError):
            yield from (f"the file {path}" for path in Path(folder).iterdir() if token in path.name)


def _abstract_sockets(token: str) -> Iterator[str]:
    for line in Path("/proc/net/unix").read_text(encoding="utf-8", errors="replace").splitlines():
        name = line.rpartition(" ")[2]
        if token in name:
            yield name


def _lines(what: str, file: str, word: str) -> Iterator[str]:
    text = Path(file).read_text(encoding="utf-8", errors="replace")
    yield from (f"{what} {line.split()[4]}" for line in text.splitlines() if word in line)


def _groups() -> Iterator[str]:
    root = Path("/sys/fs/cgroup")
    for path in (*root.glob("*grader*"), *root.glob("*/*grader*")):
        yield f"the control group {path.name}"
