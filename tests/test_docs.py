"""The documentation says what the program does."""

import re
from pathlib import Path

import pytest

from grader.cli import COMMANDS
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


def test_the_page_of_formats_has_every_format() -> None:
    page = (DOCS / "reference/formats.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `([\w.]+)` \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(name, form.file_name, form.says) for name, form in FORMATS.items()]
    assert re.findall(r"^## `(\w+)`$", page, re.MULTILINE) == list(FORMATS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS.parent)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
