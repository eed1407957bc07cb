"""Real student processes to try things on, by both launchers."""

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.errors import IsolationRefusedError
from grader.sandbox.base import MIB, Isolation, Limits
from grader.sandbox.process import ProcessSandbox, open_sandbox
from grader.submission.workspace import make_empty
from tests.sandbox.solution import Solution

LIMITS = Limits(
    memory_bytes=512 * MIB,
    tree_memory_bytes=700 * MIB,
    kept_output_bytes=1000,
    output_bytes=20 * MIB,
    file_bytes=MIB,
    reply_bytes=MIB,
    disk_bytes=40 * MIB,
    disk_inodes=1000,
)

# Where these are named they must be there.
REQUIRED = frozenset(os.environ.get("GRADER_REQUIRE_LEVELS", "").split())
PROCESS_ROOMS = [("process", "fork"), ("process", "spawn")]
# It takes root in a place whose Python everybody can read, as in the container that a test makes.
OPEN_ROOMS = [("confined", "fork")] if "confined" in REQUIRED else []
ROOMS = [*PROCESS_ROOMS, ("isolated", "fork"), *OPEN_ROOMS]
"""Level and launcher of the sandboxes that everything is tried in."""

in_process_rooms = pytest.mark.parametrize("room", PROCESS_ROOMS, indirect=True, ids="-".join)
"""For what only the level `process` lets student code do."""

Start = Callable[[str], Solution]


@functools.cache
def levels_here() -> frozenset[str]:
    """The levels that this machine allows, by trying each; all are required where CI says so."""
    found = set()
    for level in Isolation:
        with (
            contextlib.suppress(IsolationRefusedError),
            tempfile.TemporaryDirectory() as folder,
            open_sandbox(level, "auto", LIMITS, (), "test", Path(folder)) as opened,
        ):
            found.add(opened.isolation.value)
    if not found >= REQUIRED:
        raise pytest.UsageError(f"GRADER_REQUIRE_LEVELS asks for {REQUIRED}, and there are {found}.")
    return frozenset(found)


@pytest.fixture(scope="module", params=["fork", "spawn"])
def launcher(request: pytest.FixtureRequest) -> str:
    """Each of the two ways to start a process."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a sandbox puts its own files."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module", params=ROOMS, ids="-".join)
def room(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Each level and launcher that tests of any sandbox run at."""
    level, launcher = request.param
    if level != "process" and level not in levels_here():
        pytest.skip(f"the level {level} is not to be had here")
    return level, launcher


@pytest.fixture(scope="module")
def open_room(room: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessSandbox]:
    """A sandbox for all tests of a module; use `sandbox`."""
    level, launcher = room
    folder = tmp_path_factory.mktemp("room")
    with open_sandbox(level, launcher, LIMITS, ("redis",), "test", folder) as opened:
        yield opened


@pytest.fixture
def sandbox(open_room: ProcessSandbox) -> Iterator[ProcessSandbox]:
    """A sandbox without processes."""
    yield open_room
    open_room.sweep()


@pytest.fixture
def workspace(sandbox: ProcessSandbox, tmp_path: Path) -> Path:
    """The folder that the sandbox's processes work in, empty."""
    if sandbox.isolation is Isolation.PROCESS:
        return tmp_path
    make_empty(sandbox.workspace)
    return sandbox.workspace


@pytest.fixture
def start(sandbox: ProcessSandbox, workspace: Path) -> Start:
    """Starts a process in a workspace with the given code as its `solution.py`."""

    def start_solution(code: str) -> Solution:
        (workspace / "solution.py").write_text(code, encoding="utf-8")
        return Solution(sandbox.start(workspace), workspace)

    return start_solution
