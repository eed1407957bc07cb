"""What there is to steal and to spoil, laid out anew for each run: canaries, honeypots, open places."""

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.attacks.listeners import Honeypots, open_honeypots
from grader.course import Course
from grader.sandbox.outside.remains import is_abandoned
from grader.submission.workspace import remove_tree

__all__ = ["COURSE", "Bait", "lay_out_bait"]

COURSE = Path(__file__).with_name("course")
PLACES = ("tests", "home", "environment", "descriptor", "neighbour")
"""Where a secret lies: each has a canary of its own, so that a leak tells its way."""

TOKEN_VARIABLE = "GRADER_ATTACK_TOKEN"  # noqa: S105 - a variable's name
_PREFIX = "dblab-attack-"
WORKFLOW_VARIABLES = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")


@dataclass(frozen=True)
class Bait:
    """The baits of one run.

    Attributes:
        token: Stands in whatever an attack leaves or says, so that it can be told from everything else.
        canaries: By place.
        honeypots: What listens.
    """

    folder: Path
    token: str
    canaries: Mapping[str, str]
    honeypots: Honeypots

    @property
    def course(self) -> Course:
        """The course that is attacked, with this run's secrets in its tests."""
        return Course(self.folder / "course")

    @property
    def drop(self) -> Path:
        """Where everybody may write: code that runs as somebody else leaves its mark there."""
        return self.folder / "drop"

    @property
    def state_dir(self) -> Path:
        """For the servers."""
        return self.folder / "state"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the grader has in its environment and no submission may see."""
        workflow = {name: str(self.folder / "workflow.txt") for name in WORKFLOW_VARIABLES}
        return {TOKEN_VARIABLE: self.canaries["environment"], **workflow}

    def directions(self, mode: str) -> dict[str, Any]:
        """All that an attacker could find out: where everything is.

        Args:
            mode: `sandbox` or `naive`.
        """
        return {
            "mode": mode,
            "token": self.token,
            "grader": os.getpid(),
            "tests": str(self.folder / "course" / "rubrics"),
            "home": str(self.folder / "home" / "token"),
            "neighbour": str(self.folder / "neighbour" / "solution.py"),
            "workflow": str(self.folder / "workflow.txt"),
            "drop": str(self.drop),
            "state": str(self.state_dir),
            "folder": str(self.folder),
            **self.honeypots.addresses,
        }

    def taken(self) -> list[str]:
        """What was stolen, left or written since the last time, other than by a result."""
        found = self.honeypots.taken()
        witness = self.folder / "witness.txt"
        if witness.exists():
            found += [f"{line} was in the database" for line in sorted(set(witness.read_text().split()))]
            witness.unlink()
        workflow = self.folder / "workflow.txt"
        if workflow.stat().st_size:
            found.append("the workflow's files were written to")
            workflow.write_text("")
        for mark in sorted(self.drop.iterdir()):
            found.append(f"code of its own left {mark.name} outside")
            remove_tree(mark) if mark.is_dir() else mark.unlink()
        return found


@contextmanager
def lay_out_bait() -> Iterator[Bait]:
    """Makes a folder of baits, and listens; leaves nothing of it, nor of a run that was killed."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")).resolve()
    folder.chmod(0o755)
    token = f"bait{secrets.token_hex(6)}"
    canaries = {place: f"canary-{place}-{secrets.token_hex(8)}" for place in PLACES}
    try:
        _write(folder, canaries)
        with open_honeypots(folder, token) as honeypots:
            yield Bait(folder, token, MappingProxyType(canaries), honeypots)
    finally:
        remove_tree(folder)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # In a folder for everybody, only what is one's own.
        if is_abandoned(folder, _PREFIX) and folder.lstat().st_uid == os.geteuid():
            remove_tree(folder)


@contextmanager
def in_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Has variables in this process's environment, which the grader's workers inherit, for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _write(folder: Path, canaries: Mapping[str, str]) -> None:
    shutil.copytree(COURSE, folder / "course", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "course" / "rubrics").rglob("*.py"):
        path.write_text(path.read_text(encoding="utf-8").replace("@@TESTS@@", canaries["tests"]))
    for name in ("home", "neighbour", "submissions", "drop"):
        (folder / name).mkdir(mode=0o700)
    (folder / "drop").chmod(0o777)
    _secret(folder / "home" / "token", canaries["home"])
    _secret(folder / "neighbour" / "solution.py", f"ANSWER = {canaries['neighbour']!r}\n")
    _secret(folder / "open.txt", canaries["descriptor"])
    _secret(folder / "workflow.txt", "")


def _secret(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


def write_directions(bait: Bait, mode: str, submission: Path) -> None:
    """Tells a submission where everything is."""
    (submission / "bait.json").write_text(json.dumps(bait.directions(mode), indent=1))
