"""What student code writes is measured, and who writes too much is stopped."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import ProcessCrashedError
from grader.sandbox.base import KIB, MIB, Call, Isolation
from grader.sandbox.inside.walls.plan import FILES
from grader.sandbox.outside.store import Places, measure
from grader.sandbox.process import ProcessSandbox, open_sandbox
from grader.submission.workspace import remove_tree
from tests.deep import nest
from tests.sandbox.conftest import LIMITS, ROOMS, levels_here

# Each file is as large as one may be; the last ones wait for whoever comes to stop it.
FILLS = """
import os, time
def f(folder, number, size):
    for each in range(number):
        with open(os.path.join(folder, f"file{each}"), "wb") as file:
            file.write(b"x" * size)
    time.sleep(20)
"""


@pytest.fixture(params=ROOMS, ids="-".join)
def narrow(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ProcessSandbox]:
    """A sandbox with little room for files."""
    level, launcher = request.param
    if level not in levels_here():
        pytest.skip(f"the level {level} is not to be had here")
    tmp_path.chmod(0o711)
    limits = replace(LIMITS, disk_bytes=4 * MIB, disk_inodes=100, stored_bytes=MIB)
    (tmp_path / "files" / "database").mkdir(parents=True)
    with open_sandbox(level, launcher, limits, (), "test", tmp_path) as sandbox:
        sandbox.lay_out(_empty(tmp_path / "source"))
        sandbox.reach({})
        yield sandbox


@pytest.mark.parametrize(
    ("number", "size", "said"),
    [(5, MIB, "its files took more than 4 MiB"), (110, 1, "it made more than 100 files")],
)
def test_who_fills_the_disk_is_stopped(narrow: ProcessSandbox, number: int, size: int, said: str) -> None:
    is_isolated = narrow.isolation is Isolation.ISOLATED
    folder = f"{FILES}/database" if is_isolated else str(narrow.workspace)
    with pytest.raises(ProcessCrashedError, match=said):
        _run(narrow, FILLS, folder, number, size)


def test_who_fills_a_server_is_stopped_and_the_next_is_not(narrow: ProcessSandbox) -> None:
    stored = 2 * MIB
    narrow.watch_servers(lambda: stored)
    with pytest.raises(ProcessCrashedError, match="it stored more than 1 MiB in the database"):
        _run(narrow, "import time\ndef f(): time.sleep(20)")
    narrow.sweep()
    stored = 0
    assert _run(narrow, "import time\ndef f(): time.sleep(1.2); return 1") == 1


def test_measures_what_the_disk_holds(tmp_path: Path) -> None:
    inner = tmp_path / "one" / "two"
    inner.mkdir(parents=True)
    (inner / "written").write_bytes(b"x" * 64 * KIB)
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(512 * MIB)
    elsewhere = _empty(tmp_path.with_name("elsewhere"))
    (elsewhere / "large").write_bytes(b"x" * MIB)
    (tmp_path / "link").symlink_to(elsewhere)
    taken = measure(Places([tmp_path, tmp_path / "absent", tmp_path / "hole"]), 100)
    assert taken.files == 5
    assert 64 * KIB <= taken.size_bytes < 256 * KIB


def test_counts_no_further_than_it_must(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / str(number)).touch()
    assert measure(Places([tmp_path]), 10).files == 11


def test_depth_without_end_is_seen_and_not_followed(tmp_path: Path) -> None:
    nest(tmp_path, 3000)
    taken = measure(Places([tmp_path]), 10_000)
    remove_tree(tmp_path / "d")
    assert taken.is_hidden
    assert 30 < taken.files < 40


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
@pytest.mark.parametrize("mode", [0, 0o400])
def test_what_may_not_be_looked_into_is_seen(tmp_path: Path, mode: int) -> None:
    closed = _empty(tmp_path / "closed")
    (closed / "file").write_bytes(b"x")
    closed.chmod(mode)
    taken = measure(Places([tmp_path]), 100)
    closed.chmod(0o700)
    assert taken.is_hidden


def test_files_of_others_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 10_000)
    assert measure(Places([tmp_path], os.getuid()), 100).files == 1
    assert measure(Places([tmp_path], os.getuid() + 1), 100) == measure(Places([]), 100)


def test_deleted_files_that_stay_open_count(narrow: ProcessSandbox) -> None:
    is_isolated = narrow.isolation is Isolation.ISOLATED
    folder = f"{FILES}/database" if is_isolated else str(narrow.workspace)
    digs = """
import os, time
kept = []
def f(folder):
    for number in range(60):
        file = open(f"{folder}/large", "wb", buffering=0)
        os.unlink(f"{folder}/large")
        kept.append(file)
        file.write(b"x" * (1 << 20))
    time.sleep(20)
"""
    with pytest.raises(ProcessCrashedError, match="files took more than"):
        _run(narrow, digs, folder)


def test_who_hides_files_is_stopped(narrow: ProcessSandbox) -> None:
    is_isolated = narrow.isolation is Isolation.ISOLATED
    folder = f"{FILES}/database" if is_isolated else str(narrow.workspace)
    digs = "import os, time\ndef f(folder): os.makedirs(folder + '/d' * 50); time.sleep(20)"
    with pytest.raises(ProcessCrashedError, match="more than 32 inside each other"):
        _run(narrow, digs, folder)


def _run(sandbox: ProcessSandbox, source: str, *arguments: str | int) -> object:
    process = sandbox.start(sandbox.workspace)
    return process.call(Call("rubric_probe", "f", arguments, source), 15)


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder
