"""The documentation says what the program does."""

import re
from pathlib import Path

import click
import pytest

from grader.cli import COMMANDS, cli
from grader.cli.exits import Exit
from grader.config import SETTINGS
from grader.reports import FORMATS

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md"), *DOCS.parent.glob("labs/*/README.md")]


def test_the_table_of_settings_has_every_setting() -> None:
    page = (DOCS / "reference/settings.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.+?) \| (.+) \|$", page, re.MULTILINE)
    assert [(name, variable, meaning) for name, variable, _, meaning in rows] == [
        (setting.name, setting.variable, setting.meaning) for setting in SETTINGS
    ]
    for (name, _, default, _), setting in zip(rows, SETTINGS, strict=True):
        assert not setting.default or default == f"`{setting.default}`", name


def test_the_page_of_commands_has_every_command_and_exit_code() -> None:
    page = (DOCS / "reference/commands.md").read_text()
    assert set(COMMANDS) <= set(re.findall(r"^\| `grader ([\w-]+)", page, re.MULTILINE))
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == set(Exit)


def test_the_page_of_commands_names_every_argument_and_option() -> None:
    page = (DOCS / "reference/commands.md").read_text()
    for_all = set(re.findall(r"--\w+", page.partition("OUT is the folder")[2].partition("\n\n")[0])) | {
        "--lab"
    }
    for name in COMMANDS:
        (row,) = re.findall(rf"^\| `grader {name}(?![\w-]).*$", page, re.MULTILINE)
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        options, arguments = set[str](), list[str]()
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                options.update(parameter.opts, parameter.secondary_opts)
            else:
                arguments.extend(re.findall(r"[A-Z]+", parameter.metavar or str(parameter.name).upper()))
        said = set(re.findall(r"--[a-z-]+", row))
        assert (options - for_all) <= said <= options, name
        assert [word for word in arguments if word not in row] == [], name


def test_the_page_of_formats_has_every_format() -> None:
    page = (DOCS / "reference/formats.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `([\w.]+)` \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(name, form.file_name, form.says) for name, form in FORMATS.items()]
    assert re.findall(r"^## `(\w+)`$", page, re.MULTILINE) == list(FORMATS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS.parent)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
