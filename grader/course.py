"""Finds a course and reads its labs.

A course is a directory with `labs/` and `rubrics/`, and perhaps `course.toml`. The one that comes with the
grader is used where no other is found, and stands behind an instructor's own: a lab that the instructor's
course does not have is taken from it.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from grader.errors import CourseError
from grader.results import ManualPoints
from grader.scoring import parse_points

_CLIENTS = {
    "redis": ("redis.Redis",),
    "mongodb": ("pymongo.database.Database",),
    "postgres": ("psycopg.Connection", "sqlalchemy.Engine", "sqlalchemy.Session", "url"),
    "sqlite": ("sqlite3.Connection", "sqlalchemy.Engine", "sqlalchemy.Session", "url"),
}
T = TypeVar("T")

_KNOWN_KEYS = {"title", "module", "files", "packages", "services", "on_demand", "limits", "manual", *_CLIENTS}


@dataclass(frozen=True)
class ServiceUse:
    """How a lab uses one service.

    Attributes:
        client: The kind of client that the student's functions are given.
        commands: What the student's account may do beyond the ordinary.
    """

    client: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lab:
    """One lab, as `lab.toml` declares it.

    Attributes:
        folder: `labs/<id>`: the handout and the starter.
        rubric: `rubrics/<id>`: the checks and the specimens.
        module: The module in which a check's call looks for a function.
        files: What must be handed in.
        services: By name, how each is used.
        packages: Modules beside the drivers that student processes find imported already.
        on_demand: Whether a server starts when a check first asks for it, and not ahead of all checks.
        memory_mb: What one student process may use.
        manual: What a person looks at, and for how many points.
    """

    id: str
    title: str
    folder: Path
    rubric: Path
    module: str
    files: tuple[str, ...]
    services: Mapping[str, ServiceUse]
    packages: tuple[str, ...] = ()
    on_demand: bool = False
    memory_mb: int = 1024
    manual: tuple[ManualPoints, ...] = ()

    @property
    def specimens(self) -> Path:
        """The submissions whose score is known."""
        return self.rubric / "specimens"

    @property
    def reference(self) -> Path:
        """The specimen that must have full marks."""
        return self.specimens / "reference"

    @property
    def right_ways(self) -> tuple[Path, ...]:
        """The specimens that must have full marks, the reference first."""
        reference = (self.reference,) if self.reference.is_dir() else ()
        return (*reference, *sorted(path for path in self.specimens.glob("alternative_*") if path.is_dir()))

    def rubric_hash(self) -> str:
        """SHA-256 over what decides a grade: `lab.toml` and the rubric's files, specimens left out."""
        digest = hashlib.sha256()
        for path in [self.folder / "lab.toml", *_rubric_files(self.rubric)]:
            digest.update(path.relative_to(path.parents[1]).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Course:
    """A course, and the one behind it that has the labs it does not have itself."""

    root: Path
    behind: "Course | None" = field(default=None, repr=False)

    def lab_ids(self) -> tuple[str, ...]:
        """The ids of all labs that have a rubric, sorted."""
        own = {path.parent.name for path in self.root.glob("labs/*/lab.toml")}
        own = {lab_id for lab_id in own if any((self.root / "rubrics" / lab_id).glob("test_*.py"))}
        return tuple(sorted(own | set(self.behind.lab_ids() if self.behind else ())))

    def lab(self, lab_id: str) -> Lab:
        """Reads one lab.

        Raises:
            CourseError: There is no such lab, or it is not complete.
        """
        if (self.root / "labs" / lab_id / "lab.toml").is_file():
            return read_lab(self.root, lab_id)
        known = self.lab_ids()
        if self.behind is not None and lab_id in known:
            return self.behind.lab(lab_id)
        near = get_close_matches(lab_id, known, n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise CourseError(
            f"There is no lab {lab_id!r} in {self.root}. {meant}Its labs are {', '.join(known)}."
        )


def find_course(asked_for: Path | None, start: Path, *, apart_from: Path | None = None) -> Course:
    """Finds the course: the one asked for, else the nearest parent of `start` that is one, else the built-in.

    Args:
        apart_from: What is graded. A course that is it, or lies in it, is its author's and is passed over.

    Raises:
        CourseError: What was asked for is no course.
    """
    if asked_for is not None:
        if not is_course(asked_for):
            raise CourseError(f"{asked_for} is no course: it needs the folders labs/ and rubrics/.")
        return _before_builtin(asked_for.resolve())
    graded = apart_from.resolve() if apart_from is not None else None
    for folder in (start.resolve(), *start.resolve().parents):
        if is_course(folder) and not (graded and folder.is_relative_to(graded)):
            return _before_builtin(folder)
    return Course(builtin_root())


def is_course(folder: Path) -> bool:
    """Whether a folder has both `labs/` and `rubrics/`."""
    return (folder / "labs").is_dir() and (folder / "rubrics").is_dir()


def find_lab_id(course: Course, submission: Path) -> str:
    """Tells the lab from a submission: by its folder's name, or by the one lab whose files it has.

    Raises:
        CourseError: It fits no lab, or several.
    """
    known = course.lab_ids()
    for name in (submission.resolve().name, submission.resolve().stem, submission.resolve().parent.name):
        if name in known:
            return name
    if not submission.exists():
        raise CourseError(f"There is no folder or file {submission}.")
    fitting = [lab_id for lab_id in known if _has_files(submission, course.lab(lab_id))]
    if len(fitting) == 1:
        return fitting[0]
    inside = [lab_id for lab_id in known if (submission / lab_id).is_dir()]
    if inside and not fitting:
        raise CourseError(f"{submission} has folders of labs. Go into one of them, as with: cd {inside[0]}")
    several = f"fits several labs ({', '.join(fitting)})" if fitting else "fits no lab by its name or files"
    raise CourseError(f"{submission} {several}. Say which with --lab; the labs are {', '.join(known)}.")


def read_lab(root: Path, lab_id: str) -> Lab:
    """Reads `labs/<lab>/lab.toml` and finds the rubric beside it.

    Raises:
        CourseError: A file is missing or says something that is not understood, and which.
    """
    path = root / "labs" / lab_id / "lab.toml"
    rubric = root / "rubrics" / lab_id
    if not lab_id.isidentifier():
        raise CourseError(f"The lab's folder {path.parent} needs a name that is a Python identifier.")
    if not any(rubric.glob("test_*.py")):
        raise CourseError(f"The lab {lab_id} has no rubric: {rubric} has no test_*.py.")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{path} is no TOML: {error}.") from error
    unknown = set(table) - _KNOWN_KEYS
    if unknown:
        raise CourseError(f"{path} has the unknown key {min(unknown)!r}; known: {sorted(_KNOWN_KEYS)}.")
    module = _field(path, table, "module", str)
    return Lab(
        id=lab_id,
        title=_field(path, table, "title", str),
        folder=path.parent,
        rubric=rubric,
        module=module,
        files=_texts(path, table, "files", (f"{module}.py",)),
        services={name: _service_use(path, table, name) for name in _texts(path, table, "services", ())},
        packages=_texts(path, table, "packages", ()),
        on_demand=_choice(path, table, "on_demand"),
        memory_mb=_field(path, _table(path, table, "limits"), "memory_mb", int, 1024),
        manual=_manual(path, table.get("manual", [])),
    )


def _service_use(path: Path, table: Mapping[str, Any], service: str) -> ServiceUse:
    if service not in _CLIENTS:
        raise CourseError(f"{path}: no service is called {service!r}; there are {', '.join(_CLIENTS)}.")
    own = _table(path, table, service)
    client = _field(path, own, "client", str, _CLIENTS[service][0])
    if client not in _CLIENTS[service]:
        raise CourseError(
            f"{path}: {service} has no client {client!r}; known: {', '.join(_CLIENTS[service])}."
        )
    return ServiceUse(client, _texts(path, own, "commands", ()))


def _table(path: Path, tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise CourseError(f"{path}: {name} must be a table, written as [{name}].")
    return table


def _field(path: Path, table: Mapping[str, Any], key: str, kind: type[T], default: T | None = None) -> T:
    value = table.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise CourseError(f"{path}: {key} must be given, and be of the type {kind.__name__}.")
    return value


def _choice(path: Path, table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise CourseError(f"{path}: {key} must be true or false.")
    return value


def _manual(path: Path, tables: Any) -> tuple[ManualPoints, ...]:  # noqa: ANN401 - whatever the file holds
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CourseError(f"{path}: manual must be written as [[manual]], with title and points.")
    found = []
    for table in tables:
        if set(table) != {"title", "points"}:
            raise CourseError(f"{path}: a [[manual]] has title and points, and nothing else.")
        points = parse_points(table["points"])
        if points == 0:
            raise CourseError(f"{path}: a [[manual]] needs points above 0.")
        found.append(ManualPoints(_field(path, table, "title", str), points))
    return tuple(found)


def _texts(path: Path, table: Mapping[str, Any], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = table.get(key, default)
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise CourseError(f"{path}: {key} must be a list of texts.")
    return tuple(value)


def _rubric_files(rubric: Path) -> Iterator[Path]:
    for path in sorted(rubric.rglob("*")):
        parts = path.relative_to(rubric).parts
        if path.is_file() and parts[0] not in {"specimens", "specimens.toml"} and "__pycache__" not in parts:
            yield path


def _has_files(submission: Path, lab: Lab) -> bool:
    if submission.is_file():
        return lab.files == (submission.name,)
    return all((submission / name).exists() for name in lab.files)


def _before_builtin(root: Path) -> Course:
    builtin = builtin_root()
    return Course(root, behind=None if root == builtin else Course(builtin))


def builtin_root() -> Path:
    """The course in the wheel, or, in a checkout, the checkout."""
    package = Path(__file__).resolve().parent
    return package / "builtin" if (package / "builtin").is_dir() else package.parent


__all__ = [
    "Course",
    "Lab",
    "ServiceUse",
    "builtin_root",
    "find_course",
    "find_lab_id",
    "is_course",
    "read_lab",
]
