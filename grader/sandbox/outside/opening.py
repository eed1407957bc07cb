"""What a sandbox is to be, and the folders that it is given."""

import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.base import MIB, Isolation, Limits
from grader.sandbox.inside.walls.plan import Mechanism, MissingError, Plan
from grader.sandbox.launch import WarmProcess
from grader.sandbox.outside.cgroup import MemoryGroup, make_memory_group
from grader.sandbox.outside.plans import WALLED, plan_for
from grader.sandbox.outside.relay import STANDARD_PORTS

_WARM_BYTES = 256 * MIB


@dataclass(frozen=True)
class Opening:
    """What a sandbox is to be.

    Attributes:
        levels: Those that will do, the strongest first.
        group: What counts the memory of all student processes, where the machine has it.
    """

    levels: tuple[Isolation, ...]
    launcher: str
    limits: Limits
    drivers: tuple[str, ...]
    run_id: str
    folder: Path
    without: tuple[str, ...]
    group: MemoryGroup | None = None

    @property
    def level(self) -> Isolation:
        """The strongest level that is left."""
        return self.levels[0]

    @property
    def workspace(self) -> Path:
        """Where student processes work that have no file system of their own."""
        return self.folder / "work"

    @property
    def files(self) -> Path:
        """For databases that are files."""
        return self.folder / "files"

    @property
    def has_network(self) -> bool:
        """Whether it has a network of its own, out of which there must be a way to servers."""
        return self.level is Isolation.ISOLATED and not STANDARD_PORTS.keys().isdisjoint(self.drivers)

    def warm(self) -> WarmProcess:
        """Starts a warm process of the strongest level that is left.

        Raises:
            MissingError: There is no such level on this machine.
        """
        if self.level in WALLED:
            self.files.mkdir(exist_ok=True)
        if self.level is Isolation.CONFINED:
            # Student code has to get to its own folders; those of others beside them stay closed.
            self.folder.chmod(0o711)
            self.workspace.mkdir(exist_ok=True)
        plan = self._plan if self.level in WALLED else None
        return WarmProcess(self.launcher, self.drivers, self.run_id, self.folder, plan, self.group)

    def _plan(self, scratch: Path) -> Plan:
        return plan_for(self.level, scratch, self.folder, self.limits, self.without)


def memory_group(limits: Limits, without: Collection[str]) -> MemoryGroup | None:
    """What counts the memory of all student processes; None where the machine has it not, or is to have none.

    The warm process, and files that lie in memory, count in it besides.
    """
    if Mechanism.MEMORY_CGROUP in without:
        return None
    with suppress(MissingError):
        return make_memory_group(limits.tree_memory_bytes + limits.disk_bytes + _WARM_BYTES)
    return None


def give_away(folder: Path, uid: int) -> None:
    """Makes a folder and all in it a user's; nobody may change it meanwhile."""
    os.chown(folder, uid, uid)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(parent, name), uid, uid, follow_symlinks=False)  # noqa: PTH118 - quicker


def give_away_files(folder: Path, uid: int) -> None:
    """Makes the folders of databases a user's, and those files in them that the grader has made."""
    folder.chmod(0o711)
    for database in folder.iterdir():
        os.chown(database, uid, uid, follow_symlinks=False)
