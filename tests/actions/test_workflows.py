"""Workflows and actions are valid, pinned, and safe as far as a machine can tell."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.actions.runner import ROOT

TOOLS = Path(sys.executable).parent
ACTIONS = sorted(ROOT.glob(".github/actions/*/action.yml"))
WORKFLOWS = sorted(
    [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("student_template/.github/workflows/*")]
)


def test_there_is_something_to_look_at() -> None:
    assert {path.parent.name for path in ACTIONS} == {"grade", "find-labs"}
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "grade.yml", "grade.yml"]


def test_zizmor_finds_nothing() -> None:
    words = [
        str(TOOLS / "zizmor"),
        "--offline",
        "--persona",
        "pedantic",
        ".github",
        "student_template/.github",
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"), [("vendor.github-workflows", WORKFLOWS), ("vendor.github-actions", ACTIONS)]
)
def test_they_are_valid(schema: str, files: list[Path]) -> None:
    words = [str(TOOLS / "check-jsonschema"), "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_templates_workflow_calls_the_reusable_one_with_inputs_that_it_has() -> None:
    template = yaml.safe_load((ROOT / "student_template/.github/workflows/grade.yml").read_text())
    reusable = yaml.safe_load((ROOT / ".github/workflows/grade.yml").read_text())
    job = template["jobs"]["grade"]
    assert re.fullmatch(r"[\w.-]+/[\w.-]+/\.github/workflows/grade\.yml@\w+", job["uses"])
    # YAML reads the key `on` as true.
    assert set(job["with"]) <= set(reusable[True]["workflow_call"]["inputs"])


@pytest.mark.parametrize("workflow", WORKFLOWS[:2], ids=lambda path: path.name)
def test_own_actions_are_called_with_inputs_that_they_have(workflow: Path) -> None:
    jobs = yaml.safe_load(workflow.read_text())["jobs"].values()
    own = [step for job in jobs for step in job["steps"] if step.get("uses", "").startswith("$/")]
    assert own
    for step in own:
        action = yaml.safe_load((ROOT / step["uses"][2:] / "action.yml").read_text())
        assert set(step["with"]) <= set(action["inputs"])
