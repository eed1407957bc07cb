"""The survey: kinds and limits, whatever the entries come from."""

import io
from contextlib import nullcontext

import pytest

from grader.errors import SubmissionRejectedError
from grader.submission.intake import IntakeLimits
from grader.submission.intake.entry import Entry, Kind, Source
from grader.submission.intake.survey import survey


def entry(name: str, kind: Kind = Kind.FILE, size_bytes: int = 0) -> Entry:
    return Entry(name, kind, size_bytes, lambda: nullcontext(io.BytesIO()))


def archive(*entries: Entry) -> Source:
    return Source(iter(entries), is_archive=True)


def test_sorts_files_and_folders() -> None:
    found = survey(
        archive(entry("a/b/c.py"), entry("d/", Kind.FOLDER), entry("./", Kind.FOLDER)), IntakeLimits()
    )
    assert set(found.files) == {("a", "b", "c.py")}
    assert found.folders == {("a",), ("a", "b"), ("d",)}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in {Kind.FILE, Kind.FOLDER}])
def test_refuses_every_other_kind_in_an_archive(kind: Kind) -> None:
    with pytest.raises(SubmissionRejectedError, match=f'"x" is a {kind.value}'):
        survey(archive(entry("x", kind)), IntakeLimits())


def test_link_in_a_folder_is_left_out() -> None:
    found = survey(Source(iter([entry("x", Kind.LINK)]), is_archive=False), IntakeLimits())
    assert found.links == {("x",)}
    assert not found.files


def test_folders_that_are_only_implied_count() -> None:
    with pytest.raises(SubmissionRejectedError, match="more than 5 files and folders"):
        survey(archive(entry("a/b/c/d/e/f.py")), IntakeLimits(entries=5))


def test_folder_twice_is_harmless_and_file_twice_is_not() -> None:
    survey(archive(entry("a/", Kind.FOLDER), entry("a/b"), entry("a/", Kind.FOLDER)), IntakeLimits())
    with pytest.raises(SubmissionRejectedError, match="twice"):
        survey(archive(entry("a/b"), entry("a/./b")), IntakeLimits())


def test_limits_are_inclusive_and_name_the_largest() -> None:
    limits = IntakeLimits(total_bytes=2 * 1024 * 1024)
    half = 1024 * 1024
    survey(archive(entry("a", size_bytes=half), entry("b", size_bytes=half)), limits)
    with pytest.raises(SubmissionRejectedError, match='The largest: "b"'):
        survey(archive(entry("a", size_bytes=half), entry("b", size_bytes=half + 1)), limits)


def test_file_without_a_name_is_refused() -> None:
    with pytest.raises(SubmissionRejectedError, match="without a name"):
        survey(archive(entry("./")), IntakeLimits())
