"""What others read: every format of a report, the pages, the terminal, made of hostile results."""

import io
import re
from collections.abc import Callable
from decimal import Decimal

from rich.console import Console

from grader.batch.similar.findings import Copies, HandedInBy, Pair, Piece, Similar, Work
from grader.batch.similar.page import render_similar
from grader.reports import FORMATS, ReportOptions, for_student
from grader.reports.html import CourseAbout, CourseEntry, Standing, render_course
from grader.reports.screen.terminal import print_result
from grader.reports.text import one_line, visible, without_commands, xml_safe
from tests.batch.sample_journal import NOW
from tests.fuzz.hostile import FRAGMENTS, Luck, name, text
from tests.fuzz.results import lab_result
from tests.reports.validators import check_report, has_control, is_command

__all__ = ["course_page", "reporting", "screen", "similar_page", "texts"]

_WHOLE_CHECKS = 0.1
"""How many pages are read by a browser's rules, which takes twenty times as long as to make them."""
_MARKUP = tuple(
    fragment
    for fragment in FRAGMENTS
    if re.search(r"<[\w/!?]|\bon\w+=", fragment) and fragment not in {"</script>", "<details>", "<!--"}
)
"""Fragments that would act in a page, without those that pages of ours have too."""
_STANDINGS = tuple(Standing)
_WIDTHS = (20, 80, 80, 200)
_ENCODINGS = ("utf-8", "utf-8", "ascii", "cp1252", "cp437")
_REPLAY = "grader check --seed 1"


def reporting(form: str) -> Callable[[Luck], None]:
    """The entry point of one format: as the teacher, or as the student sees it."""

    def entry(luck: Luck) -> None:
        """A report that keeps to its format, whatever a student wrote."""
        result = lab_result(luck)
        is_strict = form == "junit" and luck.random() < 0.3
        options = ReportOptions(strict=is_strict, folder=luck.choice(("", "homework/lab")))
        if luck.random() < 0.5:
            result = for_student(result)
        content = FORMATS[form].render(result, options)
        if form == "html":
            _require_page(luck, content)
        else:
            check_report("strict junit" if is_strict else form, content)

    return entry


def _require_page(luck: Luck, content: bytes) -> None:
    """No markup of a student's stands in a page as it was written; a part of them is read as a whole."""
    page = content.decode()
    assert not [fragment for fragment in _MARKUP if fragment in page]
    assert not has_control(page.replace("\n", "").replace("\t", ""))
    if luck.random() < _WHOLE_CHECKS:
        check_report("course page", content)


def course_page(luck: Luck) -> None:
    """The page of a course in which everybody's name and result is hostile."""
    entries = [
        CourseEntry(
            f"{number}{text(luck, 3)}",
            text(luck, 3),
            luck.choice(_STANDINGS),
            luck.choice((None, Decimal("6.5"))),
            text(luck, 3),
            lab_result(luck, 3) if luck.random() < 0.7 else None,
            text(luck),
            luck.choice(("", f"students/{text(luck, 3)}")),
        )
        for number in range(luck.randrange(4))
    ]
    about = CourseAbout(
        f"x{text(luck, 3)}", f"x{text(luck)}", Decimal(10), NOW, text(luck, 2), text(luck, 2), (text(luck),)
    )
    _require_page(luck, render_course(entries, about))


def similar_page(luck: Luck) -> None:
    """The page of what is alike, with hostile names and hostile code."""
    works = [_work(luck, number) for number in range(luck.randrange(2, 4))]
    pairs = tuple(
        Pair(
            left,
            works[0],
            luck.random(),
            luck.random(),
            luck.random(),
            _pieces(luck, left),
            _pieces(luck, works[0]),
        )
        for left in works[1:]
    )
    lost = {text(luck, 2): text(luck)}
    found = Similar(f"x{text(luck, 2)}", f"x{text(luck)}", 0.5, len(works), (Copies(works[0]),), pairs, lost)
    _require_page(luck, render_similar(found))


def _work(luck: Luck, number: int) -> Work:
    by = tuple(HandedInBy(f"{number}-{one}", text(luck, 3), frozenset({text(luck, 2)})) for one in range(2))
    return Work(by, {name(luck): text(luck, 20) for _ in range(luck.randrange(1, 3))})


def _pieces(luck: Luck, work: Work) -> tuple[Piece, ...]:
    """Pieces in order that do not overlap, with numbers that the other side may not have."""
    length = sum(map(len, work.files.values()))
    bounds = sorted(luck.randrange(length + 1) for _ in range(2 * luck.randrange(4)))
    starts = zip(bounds[::2], bounds[1::2], strict=True)
    return tuple(Piece(start, end, number) for number, (start, end) in enumerate(starts, 1))


def screen(luck: Luck) -> None:
    """On a terminal of any width and encoding nothing acts, and no line is a command to GitHub's runner."""
    encoding = luck.choice(_ENCODINGS)
    content = io.BytesIO()
    stream = io.TextIOWrapper(content, encoding=encoding, newline="")
    console = Console(file=stream, width=luck.choice(_WIDTHS), color_system=None)
    result = lab_result(luck, 2)
    print_result(for_student(result) if luck.random() < 0.5 else result, console, replay=_REPLAY)
    stream.flush()
    printed = content.getvalue().decode(encoding)
    lines = printed.split("\n")
    assert not has_control("".join(lines).replace("\t", ""))
    assert not any(map(is_command, lines))
    assert lines[-2].strip() == _REPLAY


def texts(luck: Luck) -> None:
    """Text that was made harmless is harmless, and stays as it is when that is done again."""
    found = text(luck, 20)
    assert not has_control(visible(found).replace("\n", "").replace("\t", ""))
    assert visible(visible(found)) == visible(found)
    assert not has_control(one_line(found))
    assert not any(map(is_command, without_commands(found).split("\n")))
    assert len(xml_safe(found, 50)) <= 50 + 60
