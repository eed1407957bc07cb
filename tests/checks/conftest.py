"""A course in a temporary folder, and a way to grade a submission in it."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from grader.checks.station import Order
from grader.checks.watch import Nobody
from grader.config import Settings
from grader.course import Lab, read_lab
from grader.grade import grade
from grader.results import CheckResult, LabResult

HEAD = "import pytest\nfrom grader import Award, CallError, Redis, Submission, check\n\n"
HONEST = "def answer():\n    return 42\n"


class SmallCourse:
    """One lab, `tiny`, whose module is `tiny` too.

    Attributes:
        rubric: The text of the rubric's one file, without its imports.
        reference: The text of the reference's `tiny.py`.
    """

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self.services: tuple[str, ...] = ()
        self.packages: tuple[str, ...] = ()
        self.seed = 1
        self.visible_only = False

    def lab(self, rubric: str, reference: str = HONEST) -> Lab:
        """Writes the lab and reads it."""
        folder, checks = self.root / "labs" / "tiny", self.root / "rubrics" / "tiny"
        folder.mkdir(parents=True, exist_ok=True)
        (checks / "specimens" / "reference").mkdir(parents=True, exist_ok=True)
        services = ", ".join(f'"{name}"' for name in self.services)
        packages = ", ".join(f'"{name}"' for name in self.packages)
        (folder / "lab.toml").write_text(
            f'title = "Tiny"\nmodule = "tiny"\npackages = [{packages}]\nservices = [{services}]\n'
        )
        (checks / "test_tiny.py").write_text(HEAD + dedent(rubric))
        (checks / "specimens" / "reference" / "tiny.py").write_text(dedent(reference))
        return read_lab(self.root, "tiny")

    def grade(self, rubric: str, submission: str = HONEST, reference: str = HONEST) -> LabResult:
        """Grades a submission's `tiny.py` by a rubric's text."""
        lab = self.lab(rubric, reference)
        folder = self.root / "handed_in"
        folder.mkdir(exist_ok=True)
        (folder / "tiny.py").write_text(dedent(submission))
        order = Order(lab, folder, self.seed, visible_only=self.visible_only)
        return grade(order, self.settings, Nobody()).result

    def grade_one(self, rubric: str, submission: str = HONEST, reference: str = HONEST) -> CheckResult:
        """The same, for a rubric of one check."""
        (result,) = self.grade(rubric, submission, reference).checks
        return result


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Local servers, and files in a folder of the test's own."""
    return Settings(services="local", state_dir=tmp_path / "state")


@pytest.fixture
def course(tmp_path: Path, settings: Settings) -> SmallCourse:
    """A course with one lab."""
    return SmallCourse(tmp_path / "course", settings)


@pytest.fixture
def grade_one(course: SmallCourse) -> Callable[..., CheckResult]:
    """Grades a submission by a rubric of one check."""
    return course.grade_one
