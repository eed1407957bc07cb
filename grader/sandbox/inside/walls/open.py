"""What student code reaches of the machine's own files, where it has no root of its own."""

# Paths are texts here: they are put together for another root, or asked for in each process.
# ruff: noqa: PTH208

import os

from grader.sandbox.inside.walls.landlock import Access
from grader.sandbox.inside.walls.plan import Plan
from grader.sandbox.inside.walls.root import DEVICES, INSIDE, PACKAGE, python_paths

_SYSTEM = (
    "/usr/bin",
    "/bin",
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
)
_SETTINGS = ("hosts", "passwd", "group", "nsswitch.conf", "ld.so.cache", "localtime", "mime.types")


def access_in_the_open(plan: Plan) -> dict[str, Access]:
    """What each path allows; nothing of this package's but what runs inside."""
    access: dict[str, Access] = {}
    for path in (*_SYSTEM, *python_paths()):
        access |= _around_package(os.path.realpath(path))
    access |= {f"/etc/{name}": Access.READ for name in _SETTINGS}
    access |= {f"/dev/{name}": Access.CHANGE for name in (*DEVICES, "shm")}
    access |= {"/proc": Access.READ, str(INSIDE): Access.READ, plan.workspace: Access.CHANGE}
    access[plan.files] = Access.CHANGE
    return access | {f"{plan.scratch}/{name}": Access.CHANGE for name in ("home", "tmp")}


def _around_package(path: str) -> dict[str, Access]:
    """Everything below a path; the package, if it lies there, is left out."""
    package = str(PACKAGE)
    if path == package:
        return {}
    if not package.startswith(f"{path}/"):
        return {path: Access.READ}
    # A right reaches all that is below, so that it is given to each neighbour on the way.
    found = {path: Access.LIST}
    for name in os.listdir(path):
        found |= _around_package(f"{path}/{name}")
    return found
