"""A naive grader, as many are: pytest, in one process with what it grades, on an account that may do all."""

import json
import os
import resource
import signal
import sys
from pathlib import Path

import pytest

# What the experiment itself needs: no core files, no endless memory, no large files.
for _what, _most in (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_AS, 3 << 30),
    (resource.RLIMIT_FSIZE, 300 << 20),
):
    resource.setrlimit(_what, (_most, _most))
sys.path.insert(0, os.getcwd())
ANSWERS = Path("answers.json").open()
PASSED: list[str] = []


class Points:
    def pytest_runtest_setup(self) -> None:
        signal.signal(signal.SIGALRM, self.time_is_up)
        signal.alarm(2)

    def time_is_up(self, *_: object) -> None:
        raise TimeoutError

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            PASSED.append(report.nodeid.partition("::")[2])


if __name__ == "__main__":
    status = pytest.main(["-q", "-s", "-p", "no:cacheprovider"], plugins=[Points()])
    Path("result.json").write_text(json.dumps(PASSED))
    sys.exit(status)
