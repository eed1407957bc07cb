"""Real student processes to try things on, by both launchers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.sandbox.base import MIB, Limits
from grader.sandbox.process import ProcessSandbox, open_sandbox
from tests.sandbox.solution import Solution

LIMITS = Limits(
    memory_bytes=512 * MIB, kept_output_bytes=1000, output_bytes=20 * MIB, file_bytes=MIB, reply_bytes=MIB
)

Start = Callable[[str], Solution]


@pytest.fixture(scope="module", params=["fork", "spawn"])
def launcher(request: pytest.FixtureRequest) -> str:
    """Each of the two ways to start a process."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a sandbox puts its own files."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def open_room(launcher: str, scratch: Path) -> Iterator[ProcessSandbox]:
    """A sandbox for all tests of a module; use `sandbox`."""
    with open_sandbox("auto", launcher, LIMITS, (), "test", scratch) as opened:
        yield opened


@pytest.fixture
def sandbox(open_room: ProcessSandbox) -> Iterator[ProcessSandbox]:
    """A sandbox without processes."""
    yield open_room
    open_room.sweep()


@pytest.fixture
def start(sandbox: ProcessSandbox, tmp_path: Path) -> Start:
    """Starts a process in a workspace with the given code as its `solution.py`."""

    def start_solution(code: str) -> Solution:
        (tmp_path / "solution.py").write_text(code, encoding="utf-8")
        return Solution(sandbox.start(tmp_path), tmp_path)

    return start_solution
