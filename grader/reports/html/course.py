"""The page of a batch: who needs a person, how it went, what was hard, and everybody with every check."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, median
from urllib.parse import quote

from grader.reports.html.entries import CourseAbout, CourseEntry, Standing
from grader.reports.html.figures import Bin, Strip, histogram, share, stack
from grader.reports.html.page import make_page
from grader.reports.html.tally import checks_of, hurdles
from grader.reports.html.words import OUTCOMES, seconds
from grader.reports.text import clip
from grader.results import Check, Criterion, LabResult, Outcome
from grader.scoring import by_criterion, points_text

__all__ = ["render_whole_course"]

_BANDS = 10
_DURATION_BINS = 12
_MESSAGE_LENGTH = 300
_TROUBLE = (Standing.UNGRADED, Standing.INCOMPLETE, Standing.UNCERTAIN, Standing.REFUSED)


@dataclass(frozen=True)
class _Row:
    """A student's line in the table.

    Attributes:
        href: The student's page; empty if there is none.
        message: Why there is no result.
        percent: Of all that can be had; None if the points are open.
        band: The student's bar in the distribution; empty if the points are open.
        letters: The outcome of each check, `.` where it did not run.
        paths: The strip, as `Strip.paths` gives it.
        says: The strip in words.
        rank: The place of the student's standing among the standings.
    """

    entry: CourseEntry
    href: str
    message: str
    percent: float | None
    band: str
    letters: str
    paths: tuple[tuple[str, str], ...]
    says: str
    rank: int


@dataclass(frozen=True)
class _CriterionMean:
    """What the students got of a criterion on average.

    Attributes:
        earned: The mean in percent of the possible points.
    """

    criterion: Criterion
    points: Decimal
    max_points: Decimal
    earned: float


def render_whole_course(entries: Sequence[CourseEntry], about: CourseAbout) -> bytes:
    """The page as a file."""
    results = [entry.result for entry in entries if entry.result is not None]
    checks = checks_of(results)
    strip = Strip(checks)
    rows = _rows(entries, about, checks, strip)
    faced = hurdles(results, checks)
    context: dict[str, object] = {
        "about": about,
        "rows": rows,
        "trouble": [row for row in rows if row.entry.standing in _TROUBLE],
        "standings": [(standing, _count(rows, standing)) for standing in Standing],
        "key_numbers": _key_numbers(entries, about),
        "bands": _bands(rows),
        "outcomes": stack(_outcomes(results)),
        "criteria": _criteria(results),
        "hurdles": sorted(faced, key=lambda hurdle: (hurdle.passed, hurdle.number)),
        "columns": [(hurdle, center) for hurdle, center in zip(faced, strip.centers, strict=True)],
        "strip": strip,
        "times": _times(results),
    }
    return make_page("course", context)


def _rows(
    entries: Sequence[CourseEntry], about: CourseAbout, checks: Sequence[Check], strip: Strip
) -> list[_Row]:
    """What needs a person first, then by name."""
    standings = list(Standing)
    ordered = sorted(
        entries,
        key=lambda entry: (standings.index(entry.standing), entry.name.casefold(), entry.student),
    )
    return [_row(entry, about, checks, strip) for entry in ordered]


def _row(entry: CourseEntry, about: CourseAbout, checks: Sequence[Check], strip: Strip) -> _Row:
    ended = {check.check.id: check.outcome for check in entry.result.checks} if entry.result else {}
    outcomes = [ended.get(check.id) for check in checks]
    percent = None if entry.points is None else share(entry.points, about.max_points)
    return _Row(
        entry=entry,
        href=_href(entry.page),
        message=clip(entry.message, _MESSAGE_LENGTH),
        percent=percent,
        band="" if percent is None else str(_band(percent)),
        letters="".join(OUTCOMES[outcome].letter if outcome else "." for outcome in outcomes),
        paths=strip.paths(outcomes),
        says=_says(outcomes),
        rank=list(Standing).index(entry.standing),
    )


def _href(page: str) -> str:
    """The address of a file beside or below the page: no text of it can name another scheme or host."""
    return f"./{quote(page.encode('utf-8', 'replace'))}" if page else ""


def _band(percent: float) -> int:
    """The bar of a score: tenths of the whole, and the whole by itself."""
    return min(_BANDS, int(percent * _BANDS / 100))


def _says(outcomes: Sequence[Outcome | None]) -> str:
    """As `10 of 12 passed; failed: 3, 7`."""
    told = [f"{outcomes.count(Outcome.PASSED)} of {len(outcomes)} passed"]
    for outcome in Outcome:
        numbers = [str(number) for number, ended in enumerate(outcomes, start=1) if ended is outcome]
        if numbers and outcome is not Outcome.PASSED:
            told.append(f"{OUTCOMES[outcome].says}: {', '.join(numbers)}")
    return "; ".join(told)


def _count(rows: Iterable[_Row], standing: Standing) -> int:
    return sum(row.entry.standing is standing for row in rows)


def _key_numbers(entries: Sequence[CourseEntry], about: CourseAbout) -> list[tuple[str, str, str]]:
    """Label, number and what is said beside it."""
    points = [entry.points for entry in entries if entry.points is not None]
    handed_in = sum(entry.standing is not Standing.MISSING for entry in entries)
    full = sum(entry.points is not None and entry.points >= about.max_points for entry in entries)
    late = sum(bool(entry.late) for entry in entries)
    of = f"of {points_text(about.max_points)}"
    return [
        ("Students", f"{len(entries):,}", f"{handed_in:,} handed in"),
        ("Median", points_text(_hundredth(median(points))) if points else "-", of),
        ("Mean", points_text(_hundredth(mean(points))) if points else "-", of),
        ("Full marks", f"{full:,}", f"{share(full, len(points)):.0f} % of all scores" if points else ""),
        ("Late", f"{late:,}", f"{share(late, handed_in):.0f} % of all hand-ins" if handed_in else ""),
    ]


def _hundredth(points: Decimal) -> Decimal:
    return round(points, 2)


def _bands(rows: Sequence[_Row]) -> list[tuple[Bin, str]]:
    """The distribution of the scores, each bar with its range in percent."""
    bins = histogram((int(row.band) for row in rows if row.band), _BANDS + 1)
    step = 100 // _BANDS
    return [(bin_, f"{bin_.index * step}") for bin_ in bins]


def _outcomes(results: Iterable[LabResult]) -> Mapping[Outcome, int]:
    return Counter(check.outcome for result in results for check in result.checks)


def _criteria(results: Sequence[LabResult]) -> list[_CriterionMean]:
    """Means over the results in which the criterion occurs."""
    tallies = [by_criterion(result.checks) for result in results]
    means: list[_CriterionMean] = []
    for criterion in Criterion:
        own = [tally[criterion] for tally in tallies if criterion in tally]
        if own:
            points = mean(tally.points for tally in own)
            possible = mean(tally.max_points for tally in own)
            means.append(
                _CriterionMean(criterion, _hundredth(points), _hundredth(possible), share(points, possible))
            )
    return means


@dataclass(frozen=True)
class _Times:
    """How long grading took.

    Attributes:
        step_s: The width of a bar.
    """

    bins: tuple[Bin, ...]
    step_s: float
    median: str
    longest: str


def _times(results: Sequence[LabResult]) -> _Times | None:
    durations = [result.duration_s for result in results]
    if not durations:
        return None
    longest = max(durations)
    step_s = longest / _DURATION_BINS or 1.0
    bins = histogram((min(_DURATION_BINS - 1, int(value / step_s)) for value in durations), _DURATION_BINS)
    return _Times(bins, step_s, seconds(median(durations)), seconds(longest))
