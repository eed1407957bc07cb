"""The seconds that a check gives the student's code, in whatever it lets them pass."""

import time
from pathlib import Path

import pytest

from grader.errors import CallTimeoutError
from grader.sandbox.base import Limits
from grader.sandbox.process import open_sandbox
from grader.submission.handle import Allowance, Manners, Submission
from tests.submission.packing import write_folder

FORGES_AND_SLEEPS = b"""
import os, struct, sys, time
import msgpack

def first():
    frame = sys._getframe()
    while not isinstance(frame.f_locals.get("question"), dict):
        frame = frame.f_back
    answer = msgpack.packb({"id": frame.f_locals["question"]["id"], "kind": "value", "value": 1})
    os.write(3, struct.pack("!I", len(answer)) + answer)
    time.sleep(1000)
"""
"""Answers by itself, and then takes no more questions."""


def test_time_in_which_a_question_is_not_taken_counts(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", {"solution.py": FORGES_AND_SLEEPS})
    allowance = Allowance(1.0)
    began = time.monotonic()
    with open_sandbox("process", "auto", Limits(), (), "test", tmp_path) as sandbox:
        sandbox.lay_out(source)
        manners = Manners("solution", {})
        submission = Submission(
            sandbox, sandbox.workspace, manners, allowance, lambda: sandbox.lay_out(source)
        )
        assert submission.call("first") == 1
        with pytest.raises(CallTimeoutError, match="within the 1 s of this check"):
            submission.call("second", list(range(500_000)))
    assert allowance.used_s > 0.9
    assert time.monotonic() - began < 10
