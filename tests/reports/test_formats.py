"""The registry of formats, and how report files are written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import GraderError, UsageError
from grader.reports import FORMATS, write_report
from grader.reports.base import ReportOptions, write_atomically
from grader.reports.record import loads
from tests.reports.sample_results import typical


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_each_format_is_written_to_its_file_and_folders_are_made(name: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "report"
    write_report(name, typical(), path)
    assert path.read_bytes() == FORMATS[name].render(typical(), ReportOptions())
    assert os.listdir(path.parent) == ["report"]  # noqa: PTH208 (hidden files too, by name)


def test_each_format_has_a_file_name_of_its_own() -> None:
    names = [form.file_name for form in FORMATS.values()]
    assert len(set(names)) == len(names)


def test_strict_reaches_the_format(tmp_path: Path) -> None:
    write_report("junit", typical(), tmp_path / "report.xml", strict=True)
    assert b"<testcase" in (tmp_path / "report.xml").read_bytes()
    assert (tmp_path / "report.xml").read_bytes() == FORMATS["junit"].render(
        typical(), ReportOptions(strict=True)
    )
    assert (tmp_path / "report.xml").read_bytes() != FORMATS["junit"].render(typical(), ReportOptions())


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="classroom, classroom50, ctrf"):
        write_report("pdf", typical(), tmp_path / "report")


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old" * 100_000)
    write_report("json", typical(), path)
    assert loads(path.read_bytes()) == typical()


def test_a_report_can_be_read_by_whom_the_umask_allows(tmp_path: Path) -> None:
    write_report("json", typical(), tmp_path / "report.json")
    (tmp_path / "usual").touch()
    assert (tmp_path / "report.json").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("precious")
    (tmp_path / "report.json").symlink_to(tmp_path / "target")
    write_report("json", typical(), tmp_path / "report.json")
    assert (tmp_path / "target").read_text() == "precious"
    assert loads((tmp_path / "report.json").read_bytes()) == typical()


def test_a_path_that_cannot_be_written_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        UsageError, match=r"file/report\.json cannot be written: a folder in its path is a file"
    ):
        write_report("json", typical(), tmp_path / "file" / "report.json")
    with pytest.raises(UsageError, match="Is a directory"):
        write_report("json", typical(), tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device")
def test_a_full_disk_is_no_fault_of_the_users() -> None:
    device = os.open("/dev/full", os.O_WRONLY)
    try:  # by its descriptor: a grader that replaced /dev/full itself would harm the machine
        with pytest.raises(GraderError, match="could not be written: No space left") as caught:
            write_atomically(Path(f"/dev/fd/{device}"), b"x")
    finally:
        os.close(device)
    assert not isinstance(caught.value, UsageError)


LIMITED = """
import resource, sys
from pathlib import Path
from grader.errors import GraderError
from grader.reports.base import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomically(Path(sys.argv[1]), b"x" * 5000)
except GraderError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are of POSIX")
def test_a_write_that_breaks_off_leaves_the_old_report_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith(f"GraderError The report {path} could not be written: File too large")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="a POSIX path")
def test_standard_output_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    # Not /dev/stdout: a grader that replaced that would harm the machine; nothing in /dev/fd can be replaced.
    program = "from pathlib import Path; from grader.reports.base import write_atomically as w; "
    command = [sys.executable, "-c", program + "w(Path('/dev/fd/1'), b'{\"a\": 1}')"]
    with (tmp_path / "out").open("wb") as out:
        subprocess.run(command, stdout=out, check=True, timeout=60)
    assert json.loads((tmp_path / "out").read_text()) == {"a": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes are of POSIX")
def test_a_named_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(tmp_path / "pipe", b"report")
        assert os.read(reader, 100) == b"report"
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()
