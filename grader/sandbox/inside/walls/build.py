"""Raises the walls of a level, in their order; each that cannot be raised is named."""

# Paths are texts here: they are put together for another root, or asked for in each process.
# ruff: noqa: PTH112, PTH208

import os
import resource
import signal
import socket
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from grader.sandbox.inside.walls import identity, kernel, landlock, namespaces, root, seccomp
from grader.sandbox.inside.walls.landlock import Access
from grader.sandbox.inside.walls.open import access_in_the_open
from grader.sandbox.inside.walls.plan import NAMESPACES, Mechanism, MissingError, Plan


@dataclass(frozen=True)
class Enclosure:
    """What stands around all student processes.

    Attributes:
        workspace: Their working directory, as they know it.
        access: What they reach of the files.
        box: A descriptor of the file system that can be written to, if there is one of its own.
    """

    plan: Plan
    workspace: str
    access: Mapping[str, Access]
    box: int | None = None
    rules: int | None = None
    """Those of Landlock, where they are the same for every process."""
    call_filter: bytes = b""


def enclose(plan: Plan) -> Enclosure:
    """Builds what stands around all student processes; returns in the process that is inside.

    Raises:
        MissingError: The machine refuses one of the walls.
    """
    enclosure = _own_world(plan) if plan.level == "isolated" else _open_world(plan)
    python = tuple(filter(os.path.exists, root.python_paths()))
    with _trying(plan, Mechanism.UID_DROP):
        identity.drop(plan)
        identity.hide()
        # A change of the user has made the kernel forget it.
        kernel.prctl(kernel.SET_PDEATHSIG, signal.SIGKILL)
    with _trying(plan, Mechanism.INTERPRETER):
        require_interpreter(python)
    with _trying(plan, Mechanism.NO_NEW_PRIVILEGES):
        identity.gain_nothing()
    with _trying(plan, Mechanism.RESOURCE_LIMITS):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if plan.needs(Mechanism.SUBREAPER):
        with _trying(plan, Mechanism.SUBREAPER):
            kernel.prctl(kernel.SET_CHILD_SUBREAPER, 1)
    enclosure = _with_rules(enclosure)
    _try_inner_walls(enclosure)
    return enclosure


def raise_inner_walls(enclosure: Enclosure, ports: Collection[int]) -> None:
    """Raises in one student process what its forerunner must do without, to start it and to kill it.

    Args:
        ports: The TCP ports of the servers, where the network is the machine's.
    """
    with _trying(enclosure.plan, Mechanism.LANDLOCK):
        rules = enclosure.rules
        landlock.restrict(landlock.ruleset(enclosure.access, ports) if rules is None else rules)
    identity.be_ordinary()
    with _trying(enclosure.plan, Mechanism.SECCOMP):
        seccomp.install(enclosure.call_filter)


def _with_rules(enclosure: Enclosure) -> Enclosure:
    """Makes ready what would take each process its time."""
    plan, is_isolated = enclosure.plan, enclosure.plan.level == "isolated"
    with _trying(plan, Mechanism.LANDLOCK):
        rules = landlock.ruleset(enclosure.access, None) if is_isolated else None
    with _trying(plan, Mechanism.SECCOMP):
        call_filter = seccomp.program(kernel.MACHINE, is_network_own=is_isolated).assemble()
    return replace(enclosure, rules=rules, call_filter=call_filter)


def _own_world(plan: Plan) -> Enclosure:
    if plan.is_mapped:
        with _trying(plan, Mechanism.USER_NAMESPACE):
            namespaces.enter_user_namespace()
    with _trying(plan, Mechanism.PID_NAMESPACE):
        namespaces.enter(Mechanism.PID_NAMESPACE)
        namespaces.continue_as_first(plan.scratch)
    for mechanism in NAMESPACES:
        if mechanism is not Mechanism.PID_NAMESPACE:
            with _trying(plan, mechanism):
                namespaces.enter(mechanism)
    with _trying(plan, Mechanism.UTS_NAMESPACE):
        socket.sethostname(namespaces.HOST_NAME)
    with _trying(plan, Mechanism.NETWORK_NAMESPACE):
        namespaces.switch_on_loopback()
        namespaces.keep_ports_apart()
        namespaces.lead_home()
    with _trying(plan, Mechanism.OWN_ROOT):
        built = root.build(plan)
    os.environ.update(HOME=built.places["home"], TMPDIR=built.places["tmp"], PATH="/usr/bin:/bin")
    return Enclosure(plan, built.places["work"], built.access, built.box)


def _open_world(plan: Plan) -> Enclosure:
    return Enclosure(plan, plan.workspace, access_in_the_open(plan))


def _try_inner_walls(enclosure: Enclosure) -> None:
    """Raises the inner walls in a process made for it alone, so that what is missing is known now."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        os._exit(_tried(enclosure, writing))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as answer:
        name, _, reason = answer.read().partition("\n")
    _, status = os.waitpid(pid, 0)
    if status:
        mechanism = Mechanism(name) if name in list(Mechanism) else Mechanism.SECCOMP
        raise MissingError(mechanism, reason or f"the kernel ended the process ({status})")


def _tried(enclosure: Enclosure, answer: int) -> int:
    try:
        if enclosure.plan.needs(Mechanism.LANDLOCK_NETWORK):
            with _trying(enclosure.plan, Mechanism.LANDLOCK_NETWORK):
                require_landlock_network()
        raise_inner_walls(enclosure, ())
    except MissingError as error:
        os.write(answer, f"{error.mechanism.value}\n{error.reason}".encode())
        return 1
    return 0


@contextmanager
def _trying(plan: Plan, mechanism: Mechanism) -> Iterator[None]:
    if mechanism.value in plan.without:
        raise MissingError(mechanism, "switched off")
    try:
        yield
    except (OSError, ValueError, LookupError, ImportError) as error:
        raise MissingError(mechanism, str(error)) from error


def require_interpreter(paths: Collection[str]) -> None:
    """Sees whether this user can read and run Python, and read the packages.

    Args:
        paths: Where they are, found out while everything could be read.

    Raises:
        OSError: It cannot.
    """
    for path in paths:
        if os.path.isdir(path):
            os.listdir(path)
        else:
            with Path(path).open("rb") as file:
                file.read(1)
    if not os.access(sys.executable, os.X_OK):
        raise PermissionError(f"{sys.executable} cannot be executed by another user")


def require_landlock_network() -> None:
    """Sees whether Landlock knows TCP ports.

    Raises:
        OSError: It does not.
    """
    found = landlock.version()
    if found < landlock.NETWORK_SINCE:
        raise OSError(f"version {found} of Landlock, and {landlock.NETWORK_SINCE} is needed")
