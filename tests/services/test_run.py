"""A run's folder: who may look into it, and how long it stays."""

import os
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.services.run import Owner, claim, open_run


def test_folder_is_private_and_goes_with_the_run(tmp_path: Path) -> None:
    with open_run(tmp_path / "a" / "b") as run:
        assert run.folder == tmp_path / "a" / "b" / run.id
        assert run.folder.stat().st_mode & 0o777 == 0o700
        (run.folder / "file").touch()
    assert not run.folder.exists()


def test_folder_goes_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_run(tmp_path) as run:
        raise KeyboardInterrupt
    assert not run.folder.exists()


def test_two_runs_have_two_folders(tmp_path: Path) -> None:
    with open_run(tmp_path) as one, open_run(tmp_path) as other:
        assert one.folder != other.folder


def test_owner_is_written_down(tmp_path: Path) -> None:
    with open_run(tmp_path) as run:
        owner = Owner.read(run.folder)
        assert owner == Owner.of_this_process()
        assert owner.is_alive()
        assert owner.is_of_this_host()
        assert str(owner).startswith(f"{owner.host}:{os.getpid()}:")


def test_earlier_process_of_the_same_number_is_dead() -> None:
    owner = Owner.of_this_process()
    assert not Owner(owner.host, owner.pid, owner.started_at - 60).is_alive()


def test_living_run_cannot_be_claimed(tmp_path: Path) -> None:
    with open_run(tmp_path) as run, claim(run.folder) as is_ours:
        assert not is_ours


def test_run_with_a_container_left_keeps_its_folder_for_the_sweep(tmp_path: Path) -> None:
    with open_run(tmp_path) as run:
        (run.folder / "container-1").touch()
    assert run.folder.is_dir()


def test_state_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with pytest.raises(UsageError, match="GRADER_STATE_DIR"), open_run(tmp_path / "state"):
        pass


def test_state_directory_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "state").symlink_to(tmp_path / "real")
    with pytest.raises(UsageError, match="GRADER_STATE_DIR"), open_run(tmp_path / "state"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_state_directory_of_another_user_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, 65534, 65534)
    with pytest.raises(UsageError, match="GRADER_STATE_DIR"), open_run(state):
        pass
