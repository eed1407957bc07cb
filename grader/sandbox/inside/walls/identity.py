"""Who student code is: nobody with a right to anything."""

import os
from pathlib import Path

from grader.sandbox.inside.walls import kernel
from grader.sandbox.inside.walls.plan import Plan

CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapAmb", "CapBnd")


def drop(plan: Plan) -> None:
    """Becomes the plan's user, for good, without groups and capabilities.

    Raises:
        OSError: The kernel refuses, or something is left.
    """
    _drop_bounding_set()
    kernel.prctl(kernel.CAP_AMBIENT, kernel.CAP_AMBIENT_CLEAR_ALL)
    if not plan.is_mapped:
        os.setgroups([])
        os.setresgid(plan.uid, plan.uid, plan.uid)
        os.setresuid(plan.uid, plan.uid, plan.uid)
    kernel.drop_capabilities()
    left = _left(plan.inner_uid)
    if left:
        raise OSError(f"still there: {', '.join(left)}")


def gain_nothing() -> None:
    """Sees to it that no program that is run brings rights along."""
    kernel.prctl(kernel.SET_NO_NEW_PRIVS, 1)


def hide() -> None:
    """Lets nobody of the same user trace this process, or read its memory and environment."""
    kernel.prctl(kernel.SET_DUMPABLE, 0)


def be_ordinary() -> None:
    """Takes `hide` back, so that a process finds its own files under /proc its own."""
    kernel.prctl(kernel.SET_DUMPABLE, 1)


def _drop_bounding_set() -> None:
    for capability in range(kernel.LAST_CAPABILITY + 1):
        try:
            kernel.prctl(kernel.CAPBSET_DROP, capability)
        except OSError:
            return  # there are no more than that


def _left(uid: int) -> list[str]:
    text = Path("/proc/thread-self/status").read_text(encoding="utf-8")
    status = {name: rest.split() for name, _, rest in (line.partition(":") for line in text.splitlines())}
    left = [name for name in CAPABILITIES if int(status[name][0], 16)]
    return left + [name for name in ("Uid", "Gid") if set(status[name]) != {str(uid)}]
