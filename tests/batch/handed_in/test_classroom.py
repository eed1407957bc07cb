"""Folders of clones: GitHub Classroom's and Classroom 50's."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from grader.batch.handed_in import DownloadKind, collect

from .conftest import Collecting, Taken
from .downloads import FILE, taken, write_download


def test_username_stands_behind_the_assignment(collecting: Collecting, take: Taken) -> None:
    found = collecting(
        {
            f"lab-1-submissions/lab-1-jane-doe/{FILE}": b"jane",
            "lab-1-submissions/lab-1-jane-doe/.git/config": b"",
            f"lab-1-submissions/lab-1-al/{FILE}": b"al",
            f"lab-1-submissions/other/{FILE}": b"?",
            "lab-1-submissions/grades.csv": b"",
        }
    )
    assert found.kind is DownloadKind.CLASSROOM
    al, jane, other = found.hand_ins
    assert (jane.key, jane.ids) == ("lab-1-jane-doe", {"github_username": "jane-doe"})
    assert other.ids == {"folder": "other"}
    assert (take(jane), take(al)) == (b"jane", b"al")
    assert (jane.submitted_at, jane.is_late) == (None, None)
    assert [lost.name for lost in found.unmatched] == ["lab-1-submissions/grades.csv"]


def test_clones_in_a_renamed_folder_are_known_by_git(collecting: Collecting) -> None:
    files = {f"lab-1-{name}/{path}": b"" for name in ("ann", "bo") for path in (FILE, ".git/HEAD")}
    found = collecting(files)
    assert found.kind is DownloadKind.CLASSROOM
    assert [hand_in.ids for hand_in in found.hand_ins] == [
        {"github_username": "ann"},
        {"github_username": "bo"},
    ]


def test_nothing_of_a_students_configuration_runs(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    root = write_download(
        tmp_path, "lab-submissions", {f"lab-{n}/{FILE}": b"1" for n in ("a", "b")}, as_zip=False
    )
    subprocess.run(["git", "init", "--quiet", root / "lab-a"], check=True)
    (root / "lab-a" / ".git" / "config").write_text(
        f"[core]\n\tfsmonitor = touch {mark}\n\tpager = touch {mark}\n"
    )
    hand_in = collect(root, tmp_path / "into").hand_ins[0]
    assert taken(hand_in, tmp_path) == b"1"
    assert not mark.exists()


SCORES = (
    "username,first_name,last_name,email,section,score,max_score,datetime,submission_tag,submitted_by,review_url,"
    "late,override\n"
    "Jane-Doe,Jane,Doe,jane@uni.edu,A,5,10,2026-09-02T10:00:00Z,submit/2,jane-doe,,true,\n"
    "Jane-Doe,Jane,Doe,jane@uni.edu,A,4,10,2026-09-01T10:00:00Z,submit/1,jane-doe,,false,\n"
    "al,Al,Smith,,A,5,10,,submit/1,al,,false,\n"
)


def test_classroom50_is_believed_by_its_scores_alone(collecting: Collecting, take: Taken) -> None:
    files = {"scores.csv": SCORES.encode()}
    for name in ("Jane-Doe", "al", "eve"):
        files |= {
            f"db-lab-1-{name}/{FILE}": name.encode(),
            f"db-lab-1-{name}/result.json": b'{"owner": "al"}',
            f"db-lab-1-{name}/results.json": b"[]",
        }
    found = collecting(files)
    assert found.kind is DownloadKind.CLASSROOM50
    jane, al, eve = found.hand_ins
    assert (jane.key, jane.name) == ("db-lab-1-Jane-Doe", "Jane Doe")
    assert jane.ids == {"github_username": "Jane-Doe", "email": "jane@uni.edu"}
    assert (jane.submitted_at, jane.is_late) == (datetime(2026, 9, 2, 10, tzinfo=UTC), True)
    assert (al.ids, al.submitted_at, al.is_late) == ({"github_username": "al"}, None, False)
    assert eve.ids == {"github_username": "eve"}
    assert [take(hand_in) for hand_in in found.hand_ins] == [b"Jane-Doe", b"al", b"eve"]
    assert found.unmatched == ()
