"""Each test of a download runs on it as a folder and as a zip."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.batch.handed_in import Collected, HandIn, collect

from .downloads import taken, write_download

Collecting = Callable[..., Collected]
Taken = Callable[[HandIn], bytes]


@pytest.fixture(params=[False, True], ids=["folder", "zip"])
def as_zip(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def collecting(tmp_path: Path, *, as_zip: bool) -> Collecting:
    """Writes a download and collects it."""

    def collect_files(files: Mapping[str, bytes], name: str = "download", **options: object) -> Collected:
        source = write_download(tmp_path, name, files, as_zip=as_zip)
        return collect(source, tmp_path / "into", **options)  # type: ignore[arg-type] # passed on as they are

    return collect_files


@pytest.fixture
def take(tmp_path: Path) -> Taken:
    return lambda hand_in: taken(hand_in, tmp_path)
