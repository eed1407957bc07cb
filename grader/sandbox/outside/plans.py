"""Which level is tried, and as which user student code is to run."""

import os
import pwd
import secrets
import sys
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.sandbox.base import Isolation, Limits
from grader.sandbox.inside.walls.plan import Mechanism, MissingError, Plan

# Users that no system hands out, then those that a container with 65,536 users has.
_FREE_USERS = (range(0x60000000, 0x70000000), range(20_000, 60_000))
_DRAWS = 100

LAUNCHERS = ("fork", "spawn")
"""How a student process can be started."""
WALLED = (Isolation.ISOLATED, Isolation.CONFINED)
"""The levels for which walls are raised, the strongest first."""


def levels_to_try(level: str) -> tuple[Isolation, ...]:
    """The levels that a setting allows, the strongest first."""
    return tuple(Isolation) if level == "auto" else (Isolation(level),)


def launcher_to_use(launcher: str) -> str:
    """The launcher that a setting means.

    Raises:
        UsageError: There is no such one.
    """
    if launcher == "auto":
        # System libraries of macOS do not survive a fork.
        launcher = "fork" if sys.platform == "linux" else "spawn"
    if launcher not in LAUNCHERS:
        raise UsageError(f"There is no launcher {launcher!r}; there are auto, {', '.join(LAUNCHERS)}.")
    return launcher


def plan_for(level: Isolation, scratch: Path, folder: Path, limits: Limits, without: Collection[str]) -> Plan:
    """Plans the walls of a level.

    Args:
        scratch: The warm process's own folder.
        folder: The sandbox's, with the workspace and the shared files.

    Raises:
        MissingError: This machine can never have them.
    """
    if sys.platform != "linux":
        raise MissingError(Mechanism.MOUNT_NAMESPACE, f"{sys.platform} has none; Linux does")
    uid = _free_user()
    if uid is None and level is Isolation.CONFINED:
        raise MissingError(Mechanism.UID_DROP, "only root can become another user")
    return Plan(
        level=level.value,
        uid=os.getuid() if uid is None else uid,
        is_mapped=uid is None,
        scratch=str(scratch),
        workspace=str(folder / "work"),
        files=str(folder / "files"),
        disk_bytes=limits.disk_bytes,
        disk_inodes=limits.disk_inodes,
        without=tuple(without),
    )


def as_fields(plan: Plan) -> dict[str, Any]:
    """The plan as plain values."""
    return {**asdict(plan), "without": list(plan.without)}


def _free_user() -> int | None:
    """A user that nobody is; None if this process cannot become another."""
    if os.geteuid() != 0:
        return None
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    mapped = list(_mapped())
    for users in _FREE_USERS:
        if any(users.start >= first and users.stop <= first + count for first, count in mapped):
            # Each sandbox has its own, so that the limit of processes counts its own alone.
            draws = (secrets.choice(users) for _ in range(_DRAWS))
            return next((uid for uid in draws if uid not in taken), None)
    return None


def _mapped() -> Iterator[tuple[int, int]]:
    """The users that there are in this user namespace: the first of a range, and how many."""
    for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
        first, _, count = map(int, line.split())
        yield first, count
