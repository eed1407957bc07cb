"""What walls there are, which of them a level needs, and what the grader tells of the place they enclose."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mechanism(StrEnum):
    """One wall, or one part of one."""

    USER_NAMESPACE = "user namespace"
    """Gives the rights that building the rest takes, where the grader is not root."""
    MOUNT_NAMESPACE = "mount namespace"
    """Mounts of its own, which nobody else sees."""
    PID_NAMESPACE = "pid namespace"
    """No process outside can be seen, signalled or traced; all inside die with the first."""
    NETWORK_NAMESPACE = "network namespace"
    """A loopback of its own and nothing else; no abstract socket of the machine."""
    IPC_NAMESPACE = "ipc namespace"
    """No shared memory, queue or semaphore of the machine."""
    UTS_NAMESPACE = "uts namespace"
    """A host name of its own."""
    CGROUP_NAMESPACE = "cgroup namespace"
    """Does not see which group it belongs to."""
    OWN_ROOT = "own root"
    """A small read-only root by pivot_root, with capped writable folders."""
    UID_DROP = "uid drop"
    """A user of its own, without supplementary groups and capabilities."""
    INTERPRETER = "readable interpreter"
    """That user can read Python and the drivers."""
    NO_NEW_PRIVILEGES = "no new privileges"
    """Setuid programs give nothing."""
    LANDLOCK = "landlock"
    """A second wall around files."""
    LANDLOCK_NETWORK = "landlock network"
    """TCP connections only to the ports of the servers."""
    SECCOMP = "seccomp"
    """System calls that no lab needs are refused."""
    RESOURCE_LIMITS = "resource limits"
    """Memory, processes, files, descriptors."""
    SUBREAPER = "subreaper"
    """No daemon gets away."""
    MEMORY_CGROUP = "memory cgroup"
    """The kernel holds the memory of all processes together, however quick they are to take it."""


NAMESPACES = (
    Mechanism.MOUNT_NAMESPACE,
    Mechanism.PID_NAMESPACE,
    Mechanism.NETWORK_NAMESPACE,
    Mechanism.IPC_NAMESPACE,
    Mechanism.UTS_NAMESPACE,
    Mechanism.CGROUP_NAMESPACE,
)
_EVERYWHERE = (
    Mechanism.INTERPRETER,
    Mechanism.NO_NEW_PRIVILEGES,
    Mechanism.LANDLOCK,
    Mechanism.SECCOMP,
    Mechanism.RESOURCE_LIMITS,
)
NEEDED: Mapping[str, tuple[Mechanism, ...]] = {
    "isolated": (*NAMESPACES, Mechanism.OWN_ROOT, Mechanism.UID_DROP, *_EVERYWHERE),
    "confined": (Mechanism.UID_DROP, *_EVERYWHERE, Mechanism.LANDLOCK_NETWORK, Mechanism.SUBREAPER),
    "process": (),
}
"""By level, what it cannot be had without; without root, `isolated` needs a user namespace as well."""


class MissingError(Exception):
    """A mechanism that this machine does not have.

    Args:
        reason: What the machine said when it was tried.
    """

    def __init__(self, mechanism: Mechanism, reason: str) -> None:
        super().__init__(f"{mechanism.value}: {reason}")
        self.mechanism = mechanism
        self.reason = reason


@dataclass(frozen=True)
class Plan:
    """What is to be built around the warm process.

    Attributes:
        level: `isolated`, `confined` or `process`.
        uid: The user that student code runs as, as the machine knows it; also the group.
        is_mapped: Whether that is the grader's own user, under another number in a user namespace.
        scratch: A folder of the machine's to build in.
        workspace: The working directory, where the machine's own is shown to student code.
        files: A folder of the machine's that student code shares with the grader, for databases in files.
        disk_bytes: What all files together may take, in `isolated`.
        disk_inodes: How many files there may be, likewise.
        without: Mechanisms to do as if they were not there, for trying out what happens then.
    """

    level: str
    uid: int
    is_mapped: bool
    scratch: str
    workspace: str
    files: str
    disk_bytes: int
    disk_inodes: int
    without: tuple[str, ...] = ()

    def needs(self, mechanism: Mechanism) -> bool:
        """Whether the level cannot be had without the mechanism."""
        if mechanism is Mechanism.USER_NAMESPACE:
            return self.is_mapped
        return mechanism in NEEDED[self.level]

    @property
    def inner_uid(self) -> int:
        """The user's number as student code sees it."""
        return MAPPED_UID if self.is_mapped else self.uid


MAPPED_UID = 1000
FILES = "/data"
"""Where the shared folder is shown to student code that has a root of its own."""
