"""From pytest's items to checks; all that is wrong with a rubric is found here, before anything runs."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.python import get_direct_param_fixture_func

from grader.checks.rubric.declare import MARKER, Declaration
from grader.errors import CourseError
from grader.results import Check, Criterion
from grader.scoring import parse_points, split_points
from grader.spelling import or_meant

_SERVICES = ("redis", "mongodb", "postgres", "sqlite")
"""The fixtures that are a lab's services."""

_CRITERIA = tuple(Criterion)

_RELATIONAL = ("postgres", "sqlite")
"""The services that the fixture `database` can be."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with a rubric, and where."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Collected:
    """A rubric's checks with their pytest items, ordered so that what is needed comes first."""

    items: Mapping[str, pytest.Function]
    checks: Mapping[str, Check]


def collect_checks(items: Sequence[pytest.Item], services: Sequence[str], rubric: Path) -> Collected:
    """Turns a rubric's items into checks.

    Args:
        services: The services that the lab has; a check that asks for another is a problem.

    Raises:
        CourseError: Every problem of the rubric, one a line.
    """
    functions = [item for item in items if isinstance(item, pytest.Function)]
    checks: dict[str, Check] = {}
    problems = list(_bare_asserts(rubric))
    for group in _by_function(functions).values():
        found = (
            _declaration_problems(group[0])
            or _fixture_problems(group[0], services)
            or _database_problems(group, services)
        )
        problems += found
        if not found:
            checks.update(_checks_of(group))
    by_id = {_check_id(item): item for item in functions}
    problems += _repeated(functions) + _needs_problems(checks, by_id)
    if problems:
        raise CourseError("The rubric has errors:\n" + "\n".join(str(problem) for problem in problems))
    order = _in_order(checks)
    return Collected({id_: by_id[id_] for id_ in order}, {id_: checks[id_] for id_ in order})


def _by_function(functions: Sequence[pytest.Function]) -> dict[tuple[Path, str], list[pytest.Function]]:
    groups: dict[tuple[Path, str], list[pytest.Function]] = {}
    for item in functions:
        groups.setdefault((item.path, item.originalname), []).append(item)
    return groups


def _checks_of(group: Sequence[pytest.Function]) -> Iterator[tuple[str, Check]]:
    declared = _declaration(group[0])
    assert declared is not None  # noqa: S101 - for the type checker; problems were looked for before
    shares = split_points(parse_points(declared.points), len(group))
    for item, share in zip(group, shares, strict=True):
        case = item.name.removeprefix(item.originalname)
        yield (
            item.name,
            Check(
                id=item.name,
                title=_title(item),
                criterion=Criterion(declared.criterion),
                points=share,
                hidden=declared.hidden,
                hint=declared.hint,
                needs=declared.needs + case if declared.needs else None,
                timeout_s=declared.timeout_s,
            ),
        )


def _declaration(item: pytest.Function) -> Declaration | None:
    mark = item.get_closest_marker(MARKER)
    return mark.args[0] if mark else None


def _title(item: pytest.Function) -> str:
    title = (item.function.__doc__ or "").strip().partition("\n")[0]
    case = item.name.removeprefix(item.originalname).strip("[]")
    return f"{title} ({case})" if case else title


def _declaration_problems(item: pytest.Function) -> list[Problem]:
    declared = _declaration(item)
    if declared is None:
        return [
            _problem(item, f"{item.originalname} is no check: it needs @check(points=..., criterion=...)")
        ]
    texts = []
    if not (item.function.__doc__ or "").strip():
        texts.append("has no docstring; it is the title that the student reads")
    try:
        if parse_points(declared.points) == 0:
            texts.append("has no points")
    except CourseError as error:
        texts.append(f"has wrong points: {error}")
    if isinstance(declared.points, str):
        texts.append(f"has a text for points: write {declared.points} without quotes")
    if declared.criterion not in set(Criterion):
        texts.append(f"has the unknown criterion {declared.criterion!r}; known: {', '.join(Criterion)}")
    if declared.timeout_s <= 0:
        texts.append("needs a timeout_s above 0")
    if any(mark.name in {"skip", "skipif", "xfail"} for mark in item.iter_markers()):
        texts.append("is marked skip or xfail; a check cannot be skipped, since points cannot vanish")
    return [_problem(item, f"{item.originalname} {text}") for text in texts]


def _fixture_problems(item: pytest.Function, services: Sequence[str]) -> list[Problem]:
    known = item._fixtureinfo.name2fixturedefs  # noqa: SLF001 - pytest has no public way to ask
    texts = [
        f"has the unknown fixture {name!r}" for name in item.fixturenames if name not in _given(item, known)
    ]
    texts += [
        f"uses {name}, which lab.toml does not list among its services"
        for name in item.fixturenames
        if name in _SERVICES and name not in services
    ]
    return [_problem(item, f"{item.originalname} {text}") for text in texts]


def _database_problems(group: Sequence[pytest.Function], services: Sequence[str]) -> list[Problem]:
    item = group[0]
    if "database" not in item.fixturenames:
        return []
    named = [case.callspec.params.get("database") for case in group if hasattr(case, "callspec")]
    fixture = item._fixtureinfo.name2fixturedefs["database"][-1]  # noqa: SLF001 - as above
    if not named or None in named or fixture.func is get_direct_param_fixture_func:
        how = '@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)'
        return [_problem(item, f"{item.originalname} uses database, and needs {how}")]
    allowed = [name for name in _RELATIONAL if name in services]
    return [
        _problem(
            item,
            f"{item.originalname} uses the database {name!r}, which is none of the relational services that "
            f"lab.toml lists: {', '.join(allowed) or 'none'}",
        )
        for name in named
        if name not in allowed
    ]


def _given(item: pytest.Function, known: Mapping[str, object]) -> set[str]:
    parameters = set(item.callspec.params) if hasattr(item, "callspec") else set()
    return {*known, *parameters, "request"}


def _needs_problems(checks: Mapping[str, Check], items: Mapping[str, pytest.Function]) -> list[Problem]:
    problems = []
    for check in checks.values():
        seen = {check.id}
        need = check.needs
        while need is not None and need in checks and need not in seen:
            seen.add(need)
            need = checks[need].needs
        if need in seen:
            problems.append(_problem(items[check.id], f"{check.id} needs itself, by way of {check.needs}"))
        elif check.needs is not None and check.needs not in items:
            meant = or_meant(check.needs, set(items) - {check.id})
            text = f"{check.id} needs {check.needs!r}, which is no check{meant}"
            problems.append(_problem(items[check.id], text))
    return problems


def _repeated(functions: Sequence[pytest.Function]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for item in functions:
        if item.name in seen:
            problems.append(_problem(item, f"{item.name} stands twice; a check's name is its id"))
        seen.add(item.name)
    return problems


def _in_order(checks: Mapping[str, Check]) -> list[str]:
    """By criterion, as one would write a solution, then as the rubric has them.

    But each comes right after what it needs, so that most states need no replay.
    """
    dependants: dict[str | None, list[str]] = {}
    for check in sorted(checks.values(), key=lambda check: _CRITERIA.index(check.criterion)):
        dependants.setdefault(check.needs, []).append(check.id)
    order: list[str] = []
    waiting = list(reversed(dependants.get(None, [])))
    while waiting:
        current = waiting.pop()
        order.append(current)
        waiting += reversed(dependants.get(current, []))
    return order


def _bare_asserts(rubric: Path) -> Iterator[Problem]:
    for path in sorted(rubric.glob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        except SyntaxError as error:
            yield Problem(path, error.lineno or 0, f"no Python: {error.msg}")
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert) and node.msg is None:
                yield Problem(path, node.lineno, "an assert without a message; a student would read nothing")


def _check_id(item: pytest.Function) -> str:
    return item.name


def _problem(item: pytest.Function, text: str) -> Problem:
    return Problem(item.path, item.function.__code__.co_firstlineno, text)
