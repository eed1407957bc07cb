"""A runner for composite actions: each step of a `run` in bash, as GitHub's runner does it."""

import os
import re
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TOKEN = f"ghs_{uuid.uuid4().hex}"
"""What a submission must never see."""

_EXPRESSION = re.compile(r"\$\{\{\s*(inputs|steps)\.([\w.-]+)\s*\}\}")
_LIMIT_S = 300


@dataclass
class Ran:
    """What is left when an action has ended.

    Attributes:
        code: Of the step that failed, or 0.
        log: What the runner would read commands from.
        files: What was written to each file that a `GITHUB_*` variable named.
    """

    code: int = 0
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    files: dict[str, str] = field(default_factory=dict)

    @property
    def commands(self) -> list[str]:
        """The commands that the runner would obey, and not those between stop-commands and its word."""
        obeyed, word = [], ""
        for line in self.log.splitlines():
            match = re.match(r"\s*::([^:\s]+)[^:]*::(.*)", line)
            if word:
                word = "" if line.strip() == f"::{word}::" else word
            elif match and match[1] == "stop-commands":
                word = match[2]
            elif match or re.search(r"##\[\w", line):
                obeyed.append(line)
        return obeyed


@dataclass(frozen=True)
class Runner:
    """A job's folders.

    Attributes:
        temp: As `RUNNER_TEMP`; the runner keeps its own command files in there.
        given: Outputs of steps that use another action, by the step's id.
        environment: More variables of the job.
    """

    temp: Path
    workspace: Path
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, action: str, *, without: str = "", until: str = "", **inputs: str) -> Ran:
        """Runs an action of this repository.

        Args:
            without: A step to leave out, by its name.
            until: The last step to run, by its name; empty for all.
        """
        folder = ROOT / ".github" / "actions" / action
        told = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
        values = {name: str(about.get("default", "")) for name, about in told["inputs"].items()}
        values |= {name.replace("_", "-"): value for name, value in inputs.items()}
        steps = {name: dict(outputs) for name, outputs in self.given.items()}
        ran = Ran()
        for step in told["runs"]["steps"]:
            if "run" in step and step["name"] != without:
                steps[step.get("id", step["name"])] = self._step(step, folder, values, steps, ran)
            if ran.code or step["name"] == until:
                break
        ran.outputs = {
            name: _filled(about["value"], values, steps) for name, about in told.get("outputs", {}).items()
        }
        return ran

    def _step(
        self, step: dict[str, Any], folder: Path, inputs: dict[str, str], steps: dict[str, Any], ran: Ran
    ) -> dict[str, str]:
        assert "${{" not in step["run"], "an expression in a script can be code"
        files = self._command_files()
        environment = {
            **os.environ,
            **{name: str(path) for name, path in files.items()},
            **self.environment,
            **{name: _filled(value, inputs, steps) for name, value in step.get("env", {}).items()},
            "GITHUB_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "school/ada",
            "GITHUB_SHA": "c0ffee",
            "GITHUB_ACTION_PATH": str(folder),
            "GITHUB_TOKEN": TOKEN,
            "ACTIONS_RUNTIME_TOKEN": TOKEN,
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
        }
        script = self.temp / f"{uuid.uuid4()}.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LIMIT_S,
            check=False,
        )
        ran.code = done.returncode
        ran.log += done.stdout.decode("utf-8", "backslashreplace")
        texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
        ran.summary += texts["GITHUB_STEP_SUMMARY"]
        for name, text in texts.items():
            ran.files[name] = ran.files.get(name, "") + text
        return dict(line.split("=", 1) for line in texts["GITHUB_OUTPUT"].splitlines())

    def _command_files(self) -> dict[str, Path]:
        """New files for a step, where the runner has them, which everybody knows."""
        names = ("OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY")
        folder = self.temp / "_runner_file_commands"
        folder.mkdir(exist_ok=True)
        files = {f"GITHUB_{name}": folder / f"{name.lower()}_{uuid.uuid4()}" for name in names}
        for path in files.values():
            path.touch(0o666)
            path.chmod(0o666)
        return files


def _filled(text: str, inputs: Mapping[str, str], steps: Mapping[str, Mapping[str, str]]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] == "inputs":
            return inputs[match[2]]
        step, _, name = match[2].partition(".outputs.")
        return steps.get(step, {}).get(name, "")

    filled = _EXPRESSION.sub(value, text)
    assert "${{" not in filled, f"this runner does not understand {filled}"
    return filled
