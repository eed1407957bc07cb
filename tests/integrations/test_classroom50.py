"""The autograder for Classroom 50, run as its runner runs it."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from grader.course import find_course
from grader.verify import Kind, read_specimens
from tests.actions.runner import TOKEN
from tests.actions.test_grade import WALLED

ROOT = Path(__file__).resolve().parents[2]
LAB = find_course(None, ROOT).lab("redis_meteorites")
MISTAKE = next(one for one in read_specimens(LAB) if one.kind is Kind.MISTAKE and one.score > 0)
SCHEMA = json.loads((ROOT / "tests/schemas/classroom50-result-v1.schema.json").read_text(encoding="utf-8"))
COMMIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    shutil.copytree(LAB.specimens / MISTAKE.name, folder)
    # Names that would be imported, or taken for the course, if the grader ran in the checkout.
    (folder / "grader.py").write_text("raise SystemExit('the wrong grader')\n")
    (folder / "labs").mkdir()
    (folder / "rubrics").mkdir()
    dates = {**os.environ, "GIT_COMMITTER_DATE": "2026-09-01T12:00:00+02:00"}
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "work")):
        subprocess.run([*COMMIT, *arguments], cwd=folder, env=dates, check=True)
    return folder


def run(checkout: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs the autograder from a bundle of its own, with what the runner puts into its environment."""
    bundle = checkout.parent / "bundle"
    bundle.mkdir(exist_ok=True)
    shutil.copy(ROOT / "integrations/classroom50/autograder.py", bundle)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "GRADER_STATE_DIR": str(checkout.parent / "state"),
        "GRADER_SERVICES": "local",
        "CLASSROOM": "db-2026",
        "ASSIGNMENT": "redis-meteorites",
        "ASSIGNMENT_TYPE": "individual",
        "OWNER": "alice",
        "USERNAME": "alice",
        "SUBMISSION_TAG": "submit/2026-09-01T10-00-00Z-a1b2c3d",
        "COMMIT_URL": "https://example.org/commit",
        "RELEASE_URL": "https://example.org/release",
        "REVIEW_URL": "",
        **more,
    }
    return subprocess.run(
        [sys.executable, str(bundle / "autograder.py")],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(not WALLED, reason="this machine allows no sandbox in which it grades")
def test_a_submission_becomes_a_valid_result(checkout: Path, tmp_path: Path) -> None:
    done = run(checkout, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((checkout / "result.json").read_text())
    jsonschema.validate(result, SCHEMA)
    assert (result["classroom"], result["assignment"], result["owner"]) == (
        "db-2026",
        "redis-meteorites",
        "alice",
    )
    assert (result["datetime"], result["review"]) == ("2026-09-01T10:00:00Z", "https://example.org/commit")
    assert result["score"] == MISTAKE.score < result["max-score"]
    assert result["score"] == sum(test["score"] for test in result["tests"])
    assert len(result["tests"]) > 10
    assert (tmp_path / "summary.md").read_text().startswith("<h2>Meteorite landings in Redis</h2>")


def test_without_a_sandbox_nothing_is_graded(checkout: Path) -> None:
    done = run(checkout, GRADER_WITHOUT="seccomp")
    assert done.returncode == 4, done.stdout + done.stderr
    assert not (checkout / "result.json").exists()


def test_the_grader_is_given_no_token(checkout: Path) -> None:
    seen = checkout.parent / "seen.txt"
    package = checkout.parent / "grader"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(
        f"import os, sys\nopen({str(seen)!r}, 'a').write(f'{{sys.argv[-1]}} {{sorted(os.environ)}}\\n')\n"
        "sys.exit(4)\n"
    )
    done = run(checkout, GITHUB_TOKEN=TOKEN, PYTHONPATH=str(checkout.parent))
    assert done.returncode == 4, done.stderr
    lines = seen.read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["isolated", "confined"]
    assert all("TOKEN" not in line and "GRADER_SERVICES" in line for line in lines)


def test_what_cannot_be_graded_leaves_no_result(checkout: Path) -> None:
    done = run(checkout, ASSIGNMENT="no-such-lab")
    assert done.returncode == 5
    assert "The submission was not graded: grader ended with 5." in done.stderr
    assert not (checkout / "result.json").exists()


def test_a_wheel_beside_it_is_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "integrations/classroom50"))
    autograder = importlib.import_module("autograder")
    wheel = tmp_path / "dblab_grader-0.1.0-py3-none-any.whl"
    wheel.touch()
    commands: list[list[str]] = []
    monkeypatch.setattr(autograder, "HERE", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: commands.append(command))
    autograder._install()  # noqa: SLF001 (to install in earnest would need the network)
    assert commands[0][-1] == f"dblab-grader[local] @ {wheel.as_uri()}"
