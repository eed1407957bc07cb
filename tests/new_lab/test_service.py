"""The services that a new lab can be made for."""

from pathlib import Path

from grader.config import Settings
from grader.course import read_lab
from grader.new_lab import SERVICES, NewLab, make_lab


def test_every_service_of_the_grader_has_templates() -> None:
    assert set(SERVICES) == set(Settings().of) | {"sqlite"}


def test_each_service_is_the_one_that_its_lab_uses(tmp_path: Path) -> None:
    for service in SERVICES:
        make_lab(NewLab(f"{service}_notes", "Notes", service), tmp_path)
        assert list(read_lab(tmp_path, f"{service}_notes").services) == [service]
