"""The shape of the code: sizes, public names, and what a student's process loads."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader

PACKAGE = Path(grader.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "builtin" not in path.parts)
MOST_LINES = 300
MOST_FUNCTION_LINES = 50


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    long = [
        node.name for node in _functions(path) if (node.end_lineno or 0) - node.lineno >= MOST_FUNCTION_LINES
    ]
    assert long == []


def test_nine_functions_in_ten_are_below_thirty_lines() -> None:
    sizes = [(node.end_lineno or 0) - node.lineno + 1 for path in MODULES for node in _functions(path)]
    assert sum(size < 30 for size in sizes) >= 0.9 * len(sizes)


def test_every_public_name_can_be_imported() -> None:
    for name in grader.__all__:
        assert getattr(grader, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        importlib.import_module("grader").no_such_name  # noqa: B018 - the access is the test


def test_a_students_process_loads_nothing_of_the_grader_but_what_runs_inside() -> None:
    code = (
        "import sys, grader.sandbox.inside.__main__\n"
        "names = {n for n in sys.modules if n.startswith(('grader', 'pytest', '_pytest'))}\n"
        "print(sorted(n for n in names if not n.startswith('grader.sandbox.inside')))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "['grader', 'grader.sandbox']"
