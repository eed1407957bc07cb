"""What a student reads."""

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from rich.console import Console

from grader.reports import for_student
from grader.reports.screen.terminal import print_result
from grader.results import Cause, LabResult, Pattern
from tests.reports.sample_results import (
    TRACEBACK,
    incomplete,
    lab_results,
    make_result,
    stopped,
    syntax_error,
    typical,
)

REPLAY = "grader check --lab redis_meteorites --seed 4711"


def printed(result: LabResult, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_result(result, console, replay=REPLAY)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_score_comes_first_and_the_replay_last() -> None:
    lines = printed(for_student(typical())).strip().split("\n")
    assert lines[0].split("  ")[0] == "Meteorite landings in Redis"
    assert lines[0].endswith("14.5 / 28.67 points")
    assert lines[1].endswith("50.57 %")
    assert lines[-1].strip() == REPLAY
    assert "4711" in lines[-3]


def test_what_failed_stands_before_what_passed() -> None:
    text = printed(typical())
    marks = [
        "3 checks failed",
        "12 of 45 landings",
        "1 check could not start",
        "2 checks passed",
        "Points by criterion",
    ]
    positions = [text.index(mark) for mark in marks]
    assert positions == sorted(positions)
    assert "(needs: Landings survive a crash" in text


def test_a_failed_check_shows_points_message_traceback_output_and_hint() -> None:
    text = printed(for_student(typical()))
    assert "Landings survive a crash of the server                                2.5 of 6\n" in text
    assert "  12 of 45 landings are left after the crash\n" in text
    assert '│   File "solution.py", line 31, in save\n' in text
    assert "Hint: Redis keeps data in memory. When does it write to disk?\n" in text
    assert "Your code printed (the last 10 of 200 lines):\n  │ stored landing 190\n" in text
    assert "stored landing 189" not in text


def test_a_student_sees_nothing_of_a_hidden_check_but_its_end() -> None:
    text = printed(for_student(typical()))
    assert "90000.5" not in text
    assert "For the teacher" not in text
    assert (
        "heaviest landings of a secret list                               0 of 3.34\n  This check is hidden"
        in text
    )
    assert "For the teacher: The servers were replaced" in printed(typical())


def test_one_reason_is_told_once_with_all_its_checks() -> None:
    text = printed(make_result(*syntax_error().checks, *typical().checks[:1]))
    assert text.count("SyntaxError: expected ':'") == 1
    assert text.count("solution.py has a syntax error in line 3") == 1
    assert "8 checks failed for the same reason:" in text
    assert all(f"✗ Does its part {number} " in text for number in range(1, 9))
    assert "hint 1" not in text


def test_one_reason_of_all_checks_needs_no_list() -> None:
    text = printed(syntax_error())
    assert "All 8 checks failed for the same reason:" in text
    assert "Does its part" not in text


def test_one_shared_wrong_value_has_a_hint_if_there_is_one() -> None:
    checks = [replace(check, cause=Cause.ASSERTION, traceback="") for check in syntax_error().checks[:2]]
    assert "Hint: " not in printed(make_result(*checks))
    same = [replace(check, check=replace(check.check, hint="Look again.")) for check in checks]
    assert "Hint: Look again.\n" in printed(make_result(*same))


def test_an_incomplete_result_says_whose_fault_it_is_and_what_to_do() -> None:
    text = printed(incomplete())
    assert "12 / 18 points so far" in text
    assert "2 checks could not be graded" in text
    assert "This is not your fault" in text
    assert text.count("no free port was found") == 1
    assert "6 of 18 points" in text
    assert "once more" in text
    assert "Survives a restart                                                      5 open\n" in text
    assert "All " not in text


def test_what_was_stopped_is_nobodys_fault() -> None:
    text = printed(for_student(stopped()))
    assert "Grading was stopped: 2 checks were not run.\n" in text
    assert "6 of 18 points, is still open" in text
    assert "once more.\n" in text
    assert "fault" not in text


def test_the_mistake_that_it_looks_like_stands_behind_what_failed() -> None:
    link = "https://example.org/redis_meteorites/README.md#about-saving"
    pattern = Pattern("This looks like a save that is not on the disk.", "About saving", link)
    text = printed(replace(typical(), pattern=pattern))
    marks = [
        "12 of 45 landings",
        "This looks like a save that is not on the disk.\n",
        "The handout has more about it under: About saving\n",
        f"  {link}\n",
        "2 checks passed",
    ]
    positions = [text.index(mark) for mark in marks]
    assert positions == sorted(positions)
    assert "looks like" not in printed(typical())


def test_full_marks_are_said() -> None:
    text = printed(make_result(*typical().checks[:2]))
    assert "12 / 12 points" in text
    assert "All 2 checks passed" in text
    assert "░" not in text
    assert "failed" not in text


def test_manual_points_and_notes_are_shown() -> None:
    text = printed(typical())
    assert "10 more points are given by hand: Style of the code" in text
    assert "- Ignored: .git, __pycache__" in text


def test_text_of_students_stays_text() -> None:
    check = replace(
        typical().checks[5],
        message="[bold red]100 / 100[/] \x1b[2J\u202e",
        output="[link=x]\x1b]0;title\x07",
        traceback=TRACEBACK + "[/nonsense]",
    )
    text = printed(make_result(check))
    assert r"[bold red]100 / 100[/] \x1b[2J\u202e" in text
    assert r"[link=x]\x1b]0;title\x07" in text
    assert "[/nonsense]" in text


def test_endless_text_is_cut() -> None:
    check = replace(typical().checks[5], message="m" * 100_000, traceback="t\n" * 10_000, output="o" * 64_000)
    text = printed(make_result(check))
    assert len(text) < 6_000
    assert "[... 9970 lines left out ...]" in text


@pytest.mark.parametrize("width", [20, 40, 80, 120, 400])
def test_lines_keep_to_the_width(width: int) -> None:
    for result in (typical(), incomplete(), syntax_error()):
        lines = [line for line in printed(result, width).split("\n") if REPLAY not in line]
        assert max(map(len, lines)) <= min(max(width, 40), 100)


def test_no_colour_in_a_pipe_and_none_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in printed(typical())
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="truecolor")
    print_result(typical(), console, replay=REPLAY)
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[1m" in console.file.getvalue()
    assert "\x1b[1;3" not in console.file.getvalue()


@given(lab_results())
@settings(max_examples=60, deadline=None)
def test_any_result_can_be_printed(result: LabResult) -> None:
    for version in (result, for_student(result)):
        text = printed(version)
        assert not [char for char in text if ord(char) < 32 and char not in "\n\t"]
        assert "\ud800" not in text
