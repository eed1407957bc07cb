"""A student process whose workspace has one module, `solution`."""

from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.base import Call
from grader.sandbox.inside.codec import Argument, Value
from grader.sandbox.student import StudentProcess


@dataclass
class Solution:
    """A process and its folder."""

    process: StudentProcess
    workspace: Path

    def call(self, function: str, *arguments: Argument, timeout_s: float = 10.0) -> Value:
        """Calls a function of `solution.py`."""
        return self.process.call(Call("solution", function, arguments), timeout_s)

    def probe(self, source: str, function: str, *arguments: Argument) -> Value:
        """Calls a function of a probe."""
        return self.process.call(Call("rubric_probe", function, arguments, source), 10.0)
