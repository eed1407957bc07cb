"""A short run of every entry point, and the runner itself on entry points that are made to fail."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from grader.errors import UsageError
from tests.fuzz.entries import ENTRIES
from tests.fuzz.hostile import Luck, refusing, text
from tests.fuzz.mutations import mutated
from tests.fuzz.runner import Tally, fuzz, try_input, try_inputs

INPUTS = 300
FEW = 60
"""Of pages and terminals, which take longer."""
SLOW = {"report-html", "course-page", "similar-page", "screen", "intake-tar", "download"}


@pytest.mark.parametrize("name", ENTRIES)
def test_no_input_breaks_a_promise(name: str) -> None:
    tally = try_inputs(ENTRIES[name], f"test:{name}", range(FEW if name in SLOW else INPUTS))
    assert not tally.failures, "\n".join(f"input {one.number}: {one.story}" for one in tally.shown)


def crashes(luck: Luck) -> None:
    if luck.random() < 0.1:
        raise ZeroDivisionError("a planted crash")


def works_for_ever(luck: Luck) -> None:
    while luck.random() < 2:
        pass


def waits_for_ever(luck: Luck) -> None:
    while luck.random() < 2:
        with suppress(Exception):  # as code that swallows whatever it can
            time.sleep(60)


def run(entry: Callable[[Luck], None], number: int) -> Tally:
    ((name, tally),) = fuzz({"planted": entry}, number, "seed", 2)
    assert name == "planted"
    return tally


def test_every_crash_is_counted_and_each_kind_is_shown_once() -> None:
    tally = run(crashes, 600)
    assert tally.inputs == 600
    assert 20 < tally.failures < 120
    (shown,) = tally.shown
    assert "a planted crash" in shown.story
    assert "crashes" in shown.story
    again = try_input(crashes, "seed:planted", shown.number)
    assert again is not None
    assert again.where == shown.where


@pytest.mark.parametrize("entry", [works_for_ever, waits_for_ever])
def test_a_hang_ends_and_is_a_failure(entry: Callable[[Luck], None]) -> None:
    tally = try_inputs(entry, "seed", range(2), longest_s=0.1)
    assert (tally.inputs, tally.failures) == (2, 2)
    assert "more than 0.1 s" in tally.shown[0].story


def test_a_process_that_dies_is_a_failure() -> None:
    def dies(luck: Luck) -> None:
        if luck.random() < 0.5:
            os._exit(1)

    assert run(dies, 10).failures > 0


def test_a_warning_is_a_failure() -> None:
    def warns(_luck: Luck) -> None:
        import warnings  # noqa: PLC0415 (what the test is about)

        warnings.warn("careless", stacklevel=1)

    assert try_inputs(warns, "seed", range(1)).failures == 1


def test_a_refusal_is_no_failure_and_another_error_is() -> None:
    def refuses(luck: Luck) -> None:
        with refusing(UsageError):
            raise luck.choice((UsageError("It says what is wrong."), ValueError("x"), UsageError("")))

    tally = try_inputs(refuses, "seed", range(90))
    assert 40 < tally.failures < 80
    assert {one.where.split()[0] for one in tally.shown} == {"ValueError", "AssertionError"}


def made(luck: Luck) -> tuple[str, bytes]:
    return text(luck, 20), mutated(luck, b"abc" * 9)


def test_the_same_seed_gives_the_same_input() -> None:
    first, second, other = (made(random.Random(seed)) for seed in ("7", "7", "8"))  # noqa: S311 (on purpose)
    assert first == second
    assert first != other


def test_the_command_tells_and_tries_again() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--workers", "1"]
    done = subprocess.run([*command, "texts", "--number", "20"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[:2] == ["texts", "20"]
    assert done.stdout.splitlines()[-1] == "No failure."
    done = subprocess.run([*command, "--only", "texts:7"], capture_output=True, text=True, check=False)
    assert done.stdout == "No failure.\n", done.stderr
