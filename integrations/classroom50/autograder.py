"""Grades a submission in Classroom 50: put this file at CLASSROOM/autograders/ASSIGNMENT/autograder.py.

The runner starts it in the student's checkout. It grades that with dblab-grader and writes `result.json`,
with the fields that only the runner's environment knows. Beside it may lie:

    labs/ and rubrics/   your own course; without them the labs that come with the grader are used
    *.whl                the grader to install; without one, it is installed under its name

The lab is the one called as the assignment, with `_` for `-`, or the one that `LAB` names.
Exit code 0: graded, whatever the score. Anything else: not graded, which the runner reports as an error.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

LAB = ""
"""The lab's id, if it is not called as the assignment."""

REQUIREMENT = "dblab-grader[local]"
"""What is installed if no wheel lies beside this file. Add a version, as ==0.1.0, to grade a term alike."""

LEVELS = ("isolated", "confined")
"""The sandbox levels to try, in this order. At `process` student code could read this bundle and tokens."""

REFUSED = 4
"""The grader's exit code where the machine does not allow a level."""

KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH", "DOCKER_HOST")
"""What of the runner's environment the grader is given, beside what begins with `GRADER_`: no token."""

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Installs the grader if need be, grades the working directory, and writes `result.json`."""
    checkout = Path.cwd()
    lab = LAB or os.environ["ASSIGNMENT"].replace("-", "_")
    if importlib.util.find_spec("grader") is None:
        _install()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        code = _grade(checkout, lab, Path(folder))
        if code != 0:
            print(f"The submission was not graded: grader ended with {code}.", file=sys.stderr)
            return code
        result = json.loads(Path(folder, "result.json").read_text(encoding="utf-8"))
        _add_summary(Path(folder, "summary.md"))
    text = json.dumps(_stamped(result, checkout), indent=2)
    Path(checkout, "result.json").write_text(text + "\n", encoding="utf-8")
    return 0


def _install() -> None:
    wheels = sorted(HERE.glob("*.whl"))
    requirement = f"dblab-grader[local] @ {wheels[-1].as_uri()}" if wheels else REQUIREMENT
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", requirement], check=True)


def _grade(checkout: Path, lab: str, folder: Path) -> int:
    """Runs the grader outside the checkout and without its modules, so that nothing there can replace it."""
    command = [sys.executable, "-P", "-m", "grader", "grade", str(checkout), "--lab", lab]
    command += ["--report", f"classroom50={folder}/result.json", "--report", f"markdown={folder}/summary.md"]
    if (HERE / "labs").is_dir() and (HERE / "rubrics").is_dir():
        command += ["--course", str(HERE)]
    environment = {
        key: value for key, value in os.environ.items() if key in KEPT or key.startswith("GRADER_")
    }
    code = REFUSED
    for level in LEVELS:
        if code == REFUSED:
            wanted = [*_as_root(environment), *command, "--isolation", level]
            code = subprocess.run(wanted, cwd=folder, env=environment, check=False).returncode
    return code


def _as_root(environment: dict[str, str]) -> list[str]:
    """What starts the grader as root where that is allowed: Ubuntu 24.04 lets nobody else make a sandbox."""
    sudo = ["sudo", "--non-interactive", f"--preserve-env={','.join(environment)}", "--"]
    if os.geteuid() == 0 or shutil.which("sudo") is None:
        return []
    allowed = subprocess.run([*sudo, "true"], env=environment, check=False, stderr=subprocess.DEVNULL)
    return sudo if allowed.returncode == 0 else []


def _stamped(result: dict[str, object], checkout: Path) -> dict[str, object]:
    environment = os.environ
    return {
        "schema": result.pop("schema"),
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or environment["USERNAME"],
        "submission": environment["SUBMISSION_TAG"],
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": _committed_at(checkout) or result["graded_at"],
        **result,
    }


def _committed_at(checkout: Path) -> str:
    """When the commit was made, which stays the same when it is graded again; empty if there is none."""
    command = ["git", "-C", str(checkout), "-c", "core.fsmonitor=false", "show", "-s", "--format=%ct", "HEAD"]
    try:
        printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
        return f"{datetime.fromtimestamp(int(printed), UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""


def _add_summary(summary: Path) -> None:
    if target := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(target).open("ab") as file:
            file.write(summary.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
