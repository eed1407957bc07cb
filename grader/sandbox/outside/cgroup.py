"""A control group in which the kernel holds the memory of all student processes together below a limit.

The sum that the grader measures many times a second is what decides; the group holds what is quicker than
that, so its limit is higher by what counts in it besides: the warm process, and files that lie in memory.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.inside.walls.plan import Mechanism, MissingError
from grader.sandbox.outside.remains import is_abandoned

PREFIX = "dblab-grader-"


@dataclass(frozen=True)
class _Version:
    """The names that one version of control groups has for the same things.

    Attributes:
        limit: The file that takes the limit in bytes.
        no_swap: The file that says how much may be swapped out, and what to write to it.
        events: The file that counts the processes that the kernel has killed.
    """

    limit: str
    no_swap: tuple[str, str]
    events: str


# In the first version the second limit is that of memory and swap together.
_FIRST = _Version("memory.limit_in_bytes", ("memory.memsw.limit_in_bytes", "{}"), "memory.oom_control")
_SECOND = _Version("memory.max", ("memory.swap.max", "0"), "memory.events")


class MemoryGroup:
    """One control group; processes that are added take those along that they start."""

    def __init__(self, folder: Path, version: _Version) -> None:
        """Holds a group that has been made; use `make_memory_group`."""
        self._folder = folder
        self._version = version

    def add(self, pid: int) -> None:
        """Takes a process in, as long as it has not started others.

        Raises:
            OSError: The kernel does not let it in.
        """
        (self._folder / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def killed(self) -> int:
        """How many processes the kernel has killed at the limit."""
        with suppress(OSError):
            for line in (self._folder / self._version.events).read_text(encoding="ascii").splitlines():
                name, _, number = line.partition(" ")
                if name == "oom_kill":
                    return int(number)
        return 0

    def remove(self) -> None:
        """Removes the group once its processes are dead; harmless the second time."""
        with suppress(OSError):  # what is not quite gone yet is removed when the next group is made
            self._folder.rmdir()


def make_memory_group(limit_bytes: int) -> MemoryGroup:
    """Makes a group in the first place that the machine allows.

    Args:
        limit_bytes: What all in it may take together, files in memory too.

    Raises:
        MissingError: There is no place where this user can make one.
    """
    reasons: list[str] = []
    for parent, version in _places():
        _remove_abandoned(parent)
        folder = parent / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        group = MemoryGroup(folder, version)
        try:
            folder.mkdir()
            (folder / version.limit).write_text(str(limit_bytes), encoding="ascii")
            swap_file, swap_limit = version.no_swap
            if (folder / swap_file).exists():
                (folder / swap_file).write_text(swap_limit.format(limit_bytes), encoding="ascii")
        except OSError as error:
            group.remove()
            reasons.append(str(error))
        else:
            return group
    raise MissingError(Mechanism.MEMORY_CGROUP, reasons[-1] if reasons else "no group counts memory here")


def _places() -> Iterator[tuple[Path, _Version]]:
    """Folders in which a group can be made if the user may, the nearest to this process's own first."""
    own = _own_groups()
    for mount, kind, options in _mounts():
        if kind == "cgroup" and "memory" in options:
            yield from ((place, _FIRST) for place in _existing(mount, own.get("memory", "/")))
        if kind == "cgroup2":
            # A group that holds processes can have none below it that count memory, so not one's own.
            parent = str(Path(own.get("", "/")).parent)
            yield from ((place, _SECOND) for place in _existing(mount, parent) if _counts_memory(place))


def _existing(mount: Path, group: str) -> Iterator[Path]:
    yield from (place for place in dict.fromkeys((mount / group.lstrip("/"), mount)) if place.is_dir())


def _counts_memory(place: Path) -> bool:
    with suppress(OSError):
        return "memory" in (place / "cgroup.subtree_control").read_text(encoding="ascii").split()
    return False


def _own_groups() -> dict[str, str]:
    """By controller, and by nothing for the second version, the group of this process."""
    groups: dict[str, str] = {}
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, group = line.split(":", 2)
            groups |= dict.fromkeys(controllers.split(","), group)
    return groups


def _mounts() -> Iterator[tuple[Path, str, list[str]]]:
    """Mounted file systems: where, of which kind, with which options."""
    with suppress(OSError):
        for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
            _, place, kind, options, *_ = line.split(" ")
            yield Path(place), kind, options.split(",")


def _remove_abandoned(parent: Path) -> None:
    """Removes what killed graders have left; a group that is not empty cannot be removed."""
    for folder in parent.glob(f"{PREFIX}*"):
        if is_abandoned(folder, PREFIX):
            with suppress(OSError):
                folder.rmdir()
