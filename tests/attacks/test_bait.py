"""The folder of baits."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.attacks.bait import lay_out_bait


def test_what_a_killed_run_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left, foreign = tmp_path / f"dblab-attack-{ended.pid}-x", tmp_path / "dblab-attack-notes"
    (left / "home").mkdir(parents=True)
    foreign.mkdir()
    with lay_out_bait() as one, lay_out_bait() as other:
        assert not left.exists()
        assert one.folder.exists(), "the bait of a run that lives stays"
        assert other.folder.exists()
    assert list(tmp_path.iterdir()) == [foreign]
