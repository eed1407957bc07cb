"""The control group that holds the memory of student processes together."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import OutOfMemoryError
from grader.sandbox import process
from grader.sandbox.base import MIB, Call
from grader.sandbox.inside.codec import Value
from grader.sandbox.inside.walls.plan import Mechanism, MissingError
from grader.sandbox.outside import opening
from grader.sandbox.outside.cgroup import PREFIX, MemoryGroup, make_memory_group
from grader.sandbox.process import ProcessSandbox, open_sandbox
from tests.sandbox.conftest import LIMITS

LIMIT = 64 * MIB
# Its child takes the memory; the exit code tells what became of that.
PARENT = """
import os, sys
input()
child = os.fork()
if not child:
    kept = b"x" * {taken}
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0)
"""


@pytest.fixture
def group() -> Iterator[MemoryGroup]:
    try:
        made = make_memory_group(LIMIT)
    except MissingError as error:
        pytest.skip(str(error))
    yield made
    made.remove()


@pytest.mark.parametrize(("taken", "is_killed"), [(LIMIT // 2, False), (LIMIT * 2, True)])
def test_counts_what_a_member_starts(group: MemoryGroup, taken: int, *, is_killed: bool) -> None:
    command = [sys.executable, "-c", PARENT.format(taken=taken)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as started:
        group.add(started.pid)
        started.communicate(b"\n")
    assert bool(started.returncode) is is_killed
    assert group.killed() == is_killed


def test_what_a_dead_grader_left_is_removed(group: MemoryGroup) -> None:
    parent = _folder_of(group).parent
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left, kept = parent / f"{PREFIX}{ended.pid}-0", parent / f"{PREFIX}{os.getpid()}-0"
    left.mkdir()
    kept.mkdir()
    try:
        make_memory_group(LIMIT).remove()
        assert not left.exists()
        assert kept.exists()
    finally:
        kept.rmdir()


def test_goes_with_its_sandbox(group: MemoryGroup, tmp_path: Path) -> None:
    parent, own = _folder_of(group).parent, f"{PREFIX}{os.getpid()}-*"
    before = set(parent.glob(own))
    with open_sandbox("auto", "auto", LIMITS, (), "test", tmp_path) as sandbox:
        assert _taken(sandbox, 1) == 1
        (made,) = set(parent.glob(own)) - before
        # The first process of a pid namespace and the one that awaits it, or the one warm process.
        assert (made / "cgroup.procs").read_text(encoding="ascii").split()
    assert set(parent.glob(own)) == before


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize("level", ["auto", "process"])
def test_the_kernel_alone_ends_who_takes_too_much(
    level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_MEMORY_INTERVAL_S", 3600)
    limits = replace(LIMITS, memory_bytes=2048 * MIB, tree_memory_bytes=64 * MIB, disk_bytes=16 * MIB)
    tmp_path.chmod(0o711)
    with open_sandbox(level, "auto", limits, (), "test", tmp_path) as sandbox:
        with pytest.raises(OutOfMemoryError, match="together used more than 64 MiB"):
            _taken(sandbox, 600 * MIB)
        sandbox.sweep()
        assert _taken(sandbox, MIB) == MIB


def test_a_sandbox_does_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(limit_bytes: int) -> MemoryGroup:
        raise AssertionError(limit_bytes)

    monkeypatch.setattr(opening, "make_memory_group", refuse)
    without = [Mechanism.MEMORY_CGROUP.value]
    with open_sandbox("auto", "auto", LIMITS, (), "test", tmp_path, without) as sandbox:
        assert _taken(sandbox, 1) == 1


def _taken(sandbox: ProcessSandbox, number: int) -> Value:
    """How many bytes a new student process has taken."""
    sandbox.workspace.mkdir(exist_ok=True)
    call = Call("rubric_probe", "f", [number], "def f(number): return len(b'x' * number)")
    return sandbox.start(sandbox.workspace).call(call, 10)


def _folder_of(group: MemoryGroup) -> Path:
    return group._folder  # noqa: SLF001
