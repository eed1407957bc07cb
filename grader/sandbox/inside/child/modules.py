"""Finds the student's modules and functions, and the rubric's probes."""

import difflib
import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from itertools import dropwhile
from pathlib import Path
from types import ModuleType
from typing import Any

PROBE_NAME = "rubric_probe"
PROBE_FILE = f"<{PROBE_NAME}>"


class MissingError(Exception):
    """A file or function that is not there; the text is for the student."""


class Modules:
    """The modules of one process."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._probes: dict[str, ModuleType] = {}

    def load(self, name: str) -> ModuleType:
        """Gives a module of the student's, imported under its plain name when it is first asked for.

        Raises:
            MissingError: There is no such file.
            BaseException: Whatever the module raises while it is imported.
        """
        file = self._file(name)
        known = sys.modules.get(name)
        if known is not None and getattr(known, "__file__", None) == str(file):
            return known
        parent, _, _ = name.rpartition(".")
        if parent:
            importlib.import_module(parent)
        return _executed(name, file, replace=known is None and name not in sys.stdlib_module_names)

    def probe(self, source: str) -> ModuleType:
        """Gives the module made from a text of the rubric's, the same for the same text."""
        if source not in self._probes:
            module = ModuleType(PROBE_NAME)
            sys.modules[PROBE_NAME] = module
            exec(compile(source, PROBE_FILE, "exec"), module.__dict__)  # noqa: S102 - the rubric's own text
            self._probes[source] = module
        return self._probes[source]

    def _file(self, name: str) -> Path:
        base = self._workspace.joinpath(*name.split("."))
        for file in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
            if file.is_file():
                return file
        wanted = base.with_name(f"{base.name}.py").relative_to(self._workspace)
        raise MissingError(
            f"There is no file {wanted} in the submission{_instead(self._files(), str(wanted))}"
        )

    def _files(self) -> list[str]:
        return sorted(file.name for file in self._workspace.glob("*.py"))


def find_function(module: ModuleType, name: str) -> Callable[..., Any]:
    """Gives a function of a module.

    Raises:
        MissingError: There is none, or it cannot be called.
    """
    found = getattr(module, name, None)
    if callable(found):
        return found  # type: ignore[no-any-return] # whatever the student defined
    file = f"{module.__name__}.py"
    if found is not None or name in vars(module):
        raise MissingError(f"{name} in {file} is no function but of type {type(found).__name__}.")
    own = [key for key, value in vars(module).items() if inspect.isfunction(value) and key[0] != "_"]
    raise MissingError(f"There is no function {name} in {file}{_instead(own, name)}")


def name_asked_for(error: BaseException) -> str:
    """Says which function of the student's a probe's own line asked for in vain; empty if it was not that."""
    frames = traceback.extract_tb(error.__traceback__)
    is_probes = bool(frames) and frames[-1].filename == PROBE_FILE
    if not is_probes or not isinstance(error, AttributeError) or not isinstance(error.obj, ModuleType):
        return ""
    try:
        find_function(error.obj, str(error.name))
    except MissingError as missing:
        return str(missing)
    return ""


def file_imported(error: BaseException, workspace: Path) -> str:
    """Which file of the student's a probe's own line imported in vain; empty if it was not that."""
    frames = traceback.extract_tb(error.__traceback__)
    files = [frame.filename for frame in frames]
    if PROBE_FILE not in files:
        return ""
    below = frames[files.index(PROBE_FILE) :]
    rest = dropwhile(lambda frame: frame.filename == PROBE_FILE or _is_importlibs(frame.filename), below)
    deeper = next(rest, None)
    if deeper is not None:
        file = deeper.filename if deeper.name == "<module>" else ""
    else:
        file = str(error.filename) if isinstance(error, SyntaxError) else ""
    return str(Path(file).relative_to(workspace)) if Path(file).is_relative_to(workspace) else ""


def _is_importlibs(file: str) -> bool:
    return file.startswith("<frozen importlib") or file == importlib.__file__


def explain_arguments(function: Callable[..., Any], arguments: list[Any]) -> str:
    """Says why a function cannot take the arguments; empty if it can, or if nobody can tell."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return ""
    try:
        signature.bind(*arguments)
    except TypeError as error:
        given = ", ".join(type(argument).__name__ for argument in arguments)
        name = getattr(function, "__name__", "function")
        return f"{name}{signature} was called as {name}({given}), which does not fit: {error}"
    return ""


def _executed(name: str, file: Path, *, replace: bool) -> ModuleType:
    """Imports a file under a name; a module of the same name that is no student's stays where it is."""
    folders = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise MissingError(f"{file.name} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    if replace:
        sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if replace:
            sys.modules.pop(name, None)
        raise
    return sys.modules.get(name, module) if replace else module


def _instead(present: list[str], wanted: str) -> str:
    near = difflib.get_close_matches(wanted, present, n=3)
    if near:
        return f". Did you mean {' or '.join(near)}?"
    return f"; there is {', '.join(present[:10])}." if present else "."
