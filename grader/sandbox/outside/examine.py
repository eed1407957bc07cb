"""What this machine has to keep student code apart, found out by trying."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import IsolationRefusedError, SandboxError
from grader.sandbox.base import Isolation, Limits
from grader.sandbox.inside.walls.plan import Mechanism, MissingError
from grader.sandbox.outside.cgroup import make_memory_group
from grader.sandbox.outside.plans import as_fields, plan_for
from grader.sandbox.process import open_sandbox

_PROGRAM = Path(__file__).parents[1] / "inside" / "__main__.py"
_LIMIT_S = 30.0


@dataclass(frozen=True)
class Trial:
    """How one wall, or a whole level, did.

    Attributes:
        reason: Why it is not to be had; empty if it is.
    """

    name: str
    reason: str


def examine_walls() -> Iterator[Trial]:
    """Tries each wall by itself."""
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        (Path(folder) / "files").mkdir()
        try:
            plan = plan_for(Isolation.ISOLATED, Path(folder), Path(folder), Limits(), ())
        except MissingError as error:
            yield from (Trial(mechanism.value, error.reason) for mechanism in Mechanism)
            return
        command = [sys.executable, "-P", "-s", "-B", str(_PROGRAM), "probe", json.dumps(as_fields(plan))]
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                command, capture_output=True, timeout=_LIMIT_S, check=True, env={"PATH": os.defpath}
            )
            found = json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise SandboxError(f"The walls of the sandbox could not be tried: {error}.") from error
    yield from (Trial(name, reason) for name, reason in found.items())
    yield _examine_group()


def _examine_group() -> Trial:
    try:
        make_memory_group(Limits().tree_memory_bytes).remove()
    except MissingError as error:
        return Trial(error.mechanism.value, f"{error.reason}; the grader alone measures the memory")
    return Trial(Mechanism.MEMORY_CGROUP.value, "")


def examine_level(without: Sequence[str] = ()) -> tuple[Isolation, tuple[str, ...]]:
    """The strongest level that this machine gives, and why not the ones above it.

    Args:
        without: Mechanisms that are not to be used.
    """
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        Path(folder).chmod(0o711)
        with open_sandbox("auto", "auto", Limits(), (), "doctor", Path(folder), without) as sandbox:
            return sandbox.isolation, tuple(sandbox.missing)


def levels_here(without: Sequence[str] = ()) -> Iterator[tuple[Isolation, str]]:
    """Every level, the strongest first, and what it lacks here; empty if it is to be had.

    Args:
        without: Mechanisms that are not to be used.
    """
    for level in Isolation:
        with tempfile.TemporaryDirectory(prefix="grader-") as folder:
            Path(folder).chmod(0o711)
            try:
                with open_sandbox(level, "auto", Limits(), (), "doctor", Path(folder), without) as sandbox:
                    yield sandbox.isolation, ""
            except IsolationRefusedError as error:
                yield level, str(error)
