"""Where a setting comes from, and what is refused."""

from pathlib import Path

import pytest

from grader.config import SERVERS, SETTINGS, read_settings
from grader.errors import UsageError


def course_file(folder: Path, text: str) -> Path:
    path = folder / "course.toml"
    path.write_text(text)
    return path


def test_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    path = course_file(tmp_path, '[grader]\nservices = "external"\nredis_image = "redis:1"\n')
    environ = {"GRADER_SERVICES": "docker"}
    assert read_settings({}, {}, path).services == "external"
    assert read_settings({}, environ, path).services == "docker"
    assert read_settings({"services": "local"}, environ, path).services == "local"
    assert read_settings({}, {}, path).of["redis"].image == "redis:1"


def test_defaults_stand_where_nothing_is_said(tmp_path: Path) -> None:
    settings = read_settings({}, {"TMPDIR": str(tmp_path)}, tmp_path / "missing.toml")
    assert (settings.services, settings.isolation, settings.course) == ("auto", "auto", None)
    assert settings.of["redis"].image == SERVERS[0].image
    assert settings.state_dir.is_relative_to(tmp_path)


def test_no_image_is_the_latest_one() -> None:
    images = [setting.default for setting in SETTINGS if setting.name.endswith("_image")]
    assert images
    assert all(":" in image and not image.endswith(":latest") for image in images)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("this is no TOML", "no TOML"),
        (
            "[lates]\npercent = 10\n",
            r"lates is none of the tables \[grader\], \[late\], \[due\], \[extensions\]",
        ),
        ("grader = 1\n", "must be a table"),
        ('[grader]\nservises = "local"\n', "servises"),
        ("[grader]\nservices = 3\n", "services"),
        ('[grader]\nservices = "cloud"\n', "cloud"),
    ],
)
def test_a_wrong_course_file_is_an_error_that_says_what(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        read_settings({}, {}, course_file(tmp_path, text))
