"""Notebooks that stand for a Python file: found, converted, and never executed."""

import ast
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission.intake.notebooks.code import convert

from .conftest import Refusal, Taking
from .packing import SOLUTION, tree, write_folder, write_tar, write_zip


def notebook(*cells: str, kinds: Sequence[str] = (), language: str = "python") -> bytes:
    made = [
        {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
        for source, kind in zip(cells, kinds or ["code"] * len(cells), strict=True)
    ]
    metadata = {"kernelspec": {"name": "python3", "language": language}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made}).encode()


def code_of(*cells: str) -> str:
    return convert(notebook(*cells)).code


@pytest.mark.parametrize("name", ["meteorites.ipynb", "Lab 1 (final).ipynb"])
def test_notebook_becomes_the_file_that_is_asked_for(tmp_path: Path, take: Taking, name: str) -> None:
    content = notebook(
        "import redis", "# Loading", "def load(r):\n    return 1", kinds=("code", "markdown", "code")
    )
    for source in (
        write_folder(tmp_path / "project", {name: content, "data.csv": b"1"}),
        write_zip(tmp_path / "a.zip", {f"wrapped/{name}": content}),
        write_tar(tmp_path / "a.tar.gz", {name: content}),
        write_folder(tmp_path / "single", {name: content}) / name,
    ):
        intake = take(source)
        code = (intake.folder / "meteorites.py").read_text()
        assert code.split("\n") == [
            "# Cell 1",
            "import redis",
            "",
            "# Cell 2",
            "def load(r):",
            "    return 1",
            "",
        ]
        note = next(note for note in intake.notes if "is made from the code cells of" in note)
        assert name in note


def test_python_file_is_taken_before_a_notebook(tmp_path: Path, take: Taking) -> None:
    files = {**SOLUTION, "meteorites.ipynb": b"no notebook at all"}
    intake = take(write_folder(tmp_path / "project", files))
    assert tree(intake.folder) == files
    assert intake.notes == ()


def test_each_file_has_its_own_notebook(tmp_path: Path, take: Taking) -> None:
    files = {
        "src/models.ipynb": notebook("a = 1"),
        "src/app.ipynb": notebook("b = 2"),
        "src/env.py": b"c = 3",
    }
    intake = take(write_folder(tmp_path / "project", files), ("models.py", "app.py", "env.py"))
    assert b"a = 1" in tree(intake.folder)["models.py"]
    assert b"b = 2" in tree(intake.folder)["app.py"]
    assert tree(intake.folder)["env.py"] == b"c = 3"


@pytest.mark.parametrize(
    "files",
    [{"a.ipynb": b"{}", "b.ipynb": b"{}"}, {"a.ipynb": b"{}", "other.py": b""}],
    ids=["two", "beside"],
)
def test_nothing_is_guessed_between_several(
    tmp_path: Path, refusal: Refusal, files: dict[str, bytes]
) -> None:
    message = refusal(write_folder(tmp_path / "project", files))
    assert message.startswith('"meteorites.py" is missing.')
    assert "a.ipynb" in message


def test_nothing_is_executed(tmp_path: Path, take: Taking) -> None:
    mark = tmp_path / "mark"
    cells = [f"open({str(mark)!r}, 'w')", f"!touch {mark}", f"%%bash\ntouch {mark}"]
    take(write_folder(tmp_path / "project", {"meteorites.ipynb": notebook(*cells)}))
    assert not mark.exists()


def test_lines_for_the_notebook_become_comments_and_are_counted(tmp_path: Path, take: Taking) -> None:
    cells = ["!pip install redis\n%load_ext sql\nimport redis", "%%bash\nls", "x = 1\nx?"]
    intake = take(write_folder(tmp_path / "project", {"meteorites.ipynb": notebook(*cells)}))
    namespace = {
        line for line in (intake.folder / "meteorites.py").read_text().splitlines() if line[:1] != "#"
    }
    assert namespace == {"import redis", "x = 1", ""}
    assert any("5 lines for the notebook itself" in note for note in intake.notes)


MAGIC = [
    "%matplotlib inline",
    "!ls -l",
    "?print",
    "redis.Redis?",
    "redis.Redis ??",
    "files = !ls",
    "a, b = %timeit -o f()",
    "  %time f()",
    "!pip install \\\n  redis",
    "# in C:\\\n%matplotlib inline",
]
PYTHON = [
    "x = (10\n% 3)",
    "text = '''\n%s\n!important\n?\n'''",
    'text = """a\n%d""" % 3\ny = 1',
    "x = 10 \\\n% 3",
    "x = {\n'a': 1, # (\n}\n",
    "x = 'it\\'s (' # [\ny = 2",
    "x != 3",
    "x = 'a\u2028b\x0c'",
    "x = not y",
    "f'{x!r}'",
    "d['a'] = 'a' != 'b'",
    "'''\nname=%s\n'''",
    "'''name=%s\n''' % 3",
    "# what?\nx = '?'",
    "key = 'meteorite:\\\n%s'",
    "x = 'a\\\n!b\\\nc?'\ny = 2",
    "def f():\n    return 1",
]


@pytest.mark.parametrize("cell", MAGIC)
def test_magic_leaves_no_statement(cell: str) -> None:
    code = code_of(f"if True:\n{' ' * 4}{cell}" if cell.startswith("  ") else cell)
    compile(code, "cell", "exec")
    assert all(line.lstrip().startswith(("#", "if", "pass")) or not line for line in code.split("\n"))


@pytest.mark.parametrize("cell", PYTHON)
def test_python_stays_as_it_is(cell: str) -> None:
    assert code_of(cell).split("\n", 1)[1].rstrip("\n") == cell.rstrip("\n")


@pytest.mark.parametrize("first", ["%%time", "%%capture out", "%%timeit -n 3"])
def test_cells_that_only_measure_keep_their_code(first: str) -> None:
    assert "x = 1" in code_of(f"{first}\nx = 1").split("\n")


def test_block_of_nothing_but_magic_is_still_a_block() -> None:
    block, after = ast.parse(code_of("if True:\n    !ls\nx = 1")).body
    assert isinstance(block, ast.If)
    assert ast.unparse(after) == "x = 1"


def test_old_format_whose_cells_are_no_list_has_none() -> None:
    assert not convert(b'{"worksheets": [{"cells": 5}, {"cells": null}, 7]}').code


def test_old_format_with_worksheets_is_read() -> None:
    content = {
        "nbformat": 3,
        "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]}],
    }
    assert convert(json.dumps(content).encode()).code == "# Cell 1\nx = 1\ny = 2\n"


BROKEN = {
    "no json": (b"x", "it is no JSON"),
    "a list": (b"[]", "it is no JSON object"),
    "nested": (b"[" * 100_000, "it is no JSON"),
    "no cells": (b"{}", "it has no cells"),
    "another language": (notebook("1", language="julia"), "its language is not Python"),
    "too much code": (notebook("x = 1\n" * 400_000), "more code than anybody writes"),
    "bytes that are no text": (b"\xff\xfe\xfd", "it is no JSON"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_notebook_is_refused(
    tmp_path: Path, refusal: Refusal, content: bytes, reason: str
) -> None:
    message = refusal(write_folder(tmp_path / "project", {"meteorites.ipynb": content}))
    assert message.startswith('"meteorites.ipynb" cannot be read as a notebook: ')
    assert reason in message


def test_notebook_full_of_outputs_is_refused_with_advice(tmp_path: Path, refusal: Refusal) -> None:
    content = notebook("x = 1").ljust(21 * 1024 * 1024)
    message = refusal(write_folder(tmp_path / "project", {"meteorites.ipynb": content}))
    assert "Clear its outputs" in message


def test_much_code_takes_no_time() -> None:
    started = time.perf_counter()
    convert(notebook("a" * 900_000, "x = [\n" * 100_000, "'" * 300_000, "a." * 100_000))
    assert time.perf_counter() - started < 5


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.just("code")
    | st.just("%%x\n!y\n'''"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "metadata", "kernelspec", "language", "cell_type", "source"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_any_json_is_refused_or_converted(value: object) -> None:
    try:
        code = convert(json.dumps(value).encode()).code
    except ValueError:
        return
    assert isinstance(code, str)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("%!?x='\"#([)]\\ \n\r\u2028\x0c"), max_size=40))
def test_any_cell_keeps_its_lines_and_leaves_no_magic_in_front(source: str) -> None:
    converted = convert(notebook(source))
    assert converted.commented_lines <= source.count("\n") + source.count("\r") + 1
    if not converted.commented_lines:
        kept = "".join(converted.code.removeprefix("# Cell 1").split())
        assert kept == "".join(source.split())


def test_a_submission_without_notebooks_loads_nothing_for_them() -> None:
    code = (
        "import sys, grader.submission.intake\n"
        "names = ('grader.submission.intake.notebooks.code', 'nbformat', 'yaml')\n"
        "print([name for name in names if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
