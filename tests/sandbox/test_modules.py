"""Finding a student's modules: by file, under their plain names, behind the standard library and drivers."""

from pathlib import Path

import pytest

from grader.errors import FunctionMissingError, StudentExceptionError
from grader.sandbox.base import Call
from tests.sandbox.conftest import Start


def test_other_modules_share_the_one_that_is_called(start: Start, workspace: Path) -> None:
    (workspace / "other.py").write_text("import solution\ndef who(): return solution.seen")
    solution = start("seen = []\ndef f():\n    import other\n    seen.append(1)\n    return other.who()")
    assert solution.call("f") == [1]
    assert solution.process.call(Call("other", "who", ()), 5) == [1]


def test_other_modules_may_be_called_first(start: Start, workspace: Path) -> None:
    (workspace / "other.py").write_text("import solution\nsolution.seen.append(2)\ndef f(): pass")
    solution = start("seen = []\ndef f(): return seen")
    solution.process.call(Call("other", "f", ()), 5)
    assert solution.call("f") == [2]


def test_a_package_and_its_modules_are_found(start: Start, workspace: Path) -> None:
    (workspace / "parts").mkdir()
    (workspace / "parts" / "__init__.py").write_text("from parts.inner import f")
    (workspace / "parts" / "inner.py").write_text("def f(): return __name__")
    process = start("").process
    assert process.call(Call("parts.inner", "f", ()), 5) == "parts.inner"
    assert process.call(Call("parts", "f", ()), 5) == "parts.inner"


def test_a_file_with_the_name_of_a_library_shadows_nothing(start: Start, workspace: Path) -> None:
    for name in ("json", "redis", "random", "sitecustomize", "msgpack", "grader"):
        (workspace / f"{name}.py").write_text("raise SystemExit('shadow')")
    solution = start("import json, random, redis\ndef f(): return json.dumps([redis.__name__])")
    assert solution.call("f") == '["redis"]'


def test_a_module_that_is_named_like_a_library_can_be_called_and_replaces_nothing(
    start: Start, workspace: Path
) -> None:
    (workspace / "json.py").write_text("def f(): return 'mine'")
    solution = start("import json\ndef f(): return json.dumps(1)")
    assert solution.process.call(Call("json", "f", ()), 5) == "mine"
    assert solution.call("f") == "1"


def test_a_module_that_fails_is_tried_again(start: Start) -> None:
    solution = start(
        "import pathlib\nif not pathlib.Path('ok').exists(): raise ValueError('no')\ndef f(): return 1"
    )
    with pytest.raises(StudentExceptionError, match=r"solution.py could not be imported: ValueError: no"):
        solution.call("f")
    (solution.workspace / "ok").touch()
    assert solution.call("f") == 1


def test_no_bytecode_is_left(start: Start) -> None:
    start("def f(): pass").call("f")
    solution = start("import solution\ndef f(): pass")
    solution.call("f")
    assert [path.name for path in solution.workspace.iterdir()] == ["solution.py"]


def test_a_probe_runs_beside_the_submission(start: Start) -> None:
    source = "from solution import load\nruns = []\ndef seen(x):\n    runs.append(load(x))\n    return runs"
    solution = start("def load(x): return x + 1")
    assert solution.probe(source, "seen", 1) == [2]
    assert solution.probe(source, "seen", 2) == [2, 3]
    assert solution.probe(
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int'\ndef f(): return 1", "f"
    )


def test_a_failing_probe_shows_only_the_students_frames(start: Start) -> None:
    solution = start("def load(x):\n    return x['secret-free']")
    with pytest.raises(StudentExceptionError) as caught:
        solution.probe("from solution import load\ndef hidden(): return load({})  # 4711", "hidden")
    assert 'File "solution.py", line 2, in load' in caught.value.traceback
    assert "4711" not in caught.value.traceback
    assert "rubric_probe" not in caught.value.traceback


def test_sets_come_in_the_same_order_every_time(start: Start) -> None:
    code = "def f(): return list({'mass', 'name', 'year', 'class', 'id'})"
    assert start(code).call("f") == start(code).call("f")


def test_a_private_function_is_called_and_not_offered(start: Start) -> None:
    solution = start("def _load(): return 1")
    assert solution.call("_load") == 1
    with pytest.raises(FunctionMissingError, match=r"no function other in solution\.py\.$"):
        solution.call("other")


def test_a_probe_that_asks_for_what_is_not_there_says_so(start: Start) -> None:
    solution = start("def loads(): pass")
    with pytest.raises(
        FunctionMissingError, match=r"There is no function load in solution\.py\. Did you mean loads"
    ):
        solution.probe("import solution\ndef run(): return solution.load()", "run")


@pytest.mark.parametrize("code", ["import no_such_module", "def f(:"])
@pytest.mark.parametrize(
    "probe",
    [
        "import solution\ndef run(): return 1",
        "import importlib\ndef run(): importlib.import_module('solution')",
    ],
)
def test_a_file_that_cannot_be_imported_is_told_alike_by_a_probe(start: Start, code: str, probe: str) -> None:
    with pytest.raises(StudentExceptionError) as called:
        start(code).call("run")
    with pytest.raises(StudentExceptionError, match=r"^solution\.py could not be imported") as caught:
        start(code).probe(probe, "run")
    assert caught.value.message == called.value.message
    assert caught.value.traceback == called.value.traceback
    assert 'File "solution.py", line 1' in caught.value.traceback


def test_an_error_of_an_imported_files_function_is_none_of_the_import(start: Start) -> None:
    with pytest.raises(StudentExceptionError, match=r"^Your code raised KeyError: 'f'"):
        start("def f(): return {}['f']").probe("import solution\ndef run(): return solution.f()", "run")
