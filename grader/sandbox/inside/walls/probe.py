"""Tries each wall by itself, in a process made for it alone, and tells which the machine refuses, and why."""

import functools
import os
import resource
import tempfile
from collections.abc import Callable, Mapping

from grader.sandbox.inside.walls import identity, kernel, landlock, namespaces, root, seccomp
from grader.sandbox.inside.walls.build import require_interpreter, require_landlock_network
from grader.sandbox.inside.walls.landlock import Access
from grader.sandbox.inside.walls.plan import NAMESPACES, Mechanism, Plan


def probe_all(plan: Plan) -> dict[str, str]:
    """By each mechanism's name, why it is not to be had; empty if it is."""
    trials: dict[Mechanism, Callable[[Plan], object]] = dict(_TRIALS)
    trials |= {mechanism: functools.partial(_enter, mechanism) for mechanism in NAMESPACES}
    return {
        mechanism.value: _tried(trials[mechanism], plan) for mechanism in Mechanism if mechanism in trials
    }


def _tried(trial: Callable[[Plan], object], plan: Plan) -> str:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            trial(plan)
        except (OSError, ValueError, LookupError, ImportError) as error:
            os.write(writing, str(error).encode()[:1000] or b"refused")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as answer:
        reason = answer.read()
    _, status = os.waitpid(pid, 0)
    return reason or (f"the kernel ended the process ({status})" if status else "")


def _enter(mechanism: Mechanism, plan: Plan) -> None:
    if plan.is_mapped:
        namespaces.enter_user_namespace()
    namespaces.enter(mechanism)
    if mechanism is Mechanism.NETWORK_NAMESPACE:
        namespaces.switch_on_loopback()
        namespaces.lead_home()


def _build_root(plan: Plan) -> None:
    _enter(Mechanism.PID_NAMESPACE, plan)
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            namespaces.enter(Mechanism.MOUNT_NAMESPACE)
            root.build(plan)
        except OSError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    reason = os.read(reading, 1000).decode()
    if reason:
        raise OSError(reason)


def _drop(plan: Plan) -> None:
    if plan.is_mapped:
        namespaces.enter_user_namespace()
    identity.drop(plan)


def _read_interpreter(plan: Plan) -> None:
    python = tuple(filter(os.path.exists, root.python_paths()))
    if not plan.is_mapped:
        os.setresuid(plan.uid, plan.uid, plan.uid)
    require_interpreter(python)


def _restrict_files(_plan: Plan) -> None:
    identity.gain_nothing()
    landlock.restrict(landlock.ruleset({"/": Access.LIST}, None))
    if os.access("/", os.W_OK) and _can_write("/"):
        raise OSError("it lets a file be written that it should not")


def _can_write(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _filter_calls(_plan: Plan) -> None:
    identity.gain_nothing()
    seccomp.install(seccomp.program(kernel.MACHINE, is_network_own=True).assemble())
    try:
        kernel.libc("unshare", 0)
    except OSError:
        return
    raise OSError("it lets a call through that it should not")


def _limit(_plan: Plan) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (100, 100))


_TRIALS: Mapping[Mechanism, Callable[[Plan], object]] = {
    Mechanism.USER_NAMESPACE: lambda _: namespaces.enter_user_namespace(),
    Mechanism.OWN_ROOT: _build_root,
    Mechanism.UID_DROP: _drop,
    Mechanism.INTERPRETER: _read_interpreter,
    Mechanism.NO_NEW_PRIVILEGES: lambda _: identity.gain_nothing(),
    Mechanism.LANDLOCK: _restrict_files,
    Mechanism.LANDLOCK_NETWORK: lambda _: require_landlock_network(),
    Mechanism.SECCOMP: _filter_calls,
    Mechanism.RESOURCE_LIMITS: _limit,
    Mechanism.SUBREAPER: lambda _: kernel.prctl(kernel.SET_CHILD_SUBREAPER, 1),
}
