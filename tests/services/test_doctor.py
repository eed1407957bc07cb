"""What is said of a machine's servers."""

from pathlib import Path

from grader.config import ServiceSettings, Settings
from grader.services.doctor import examine_machine


def test_a_program_that_runs_is_named_with_its_version() -> None:
    (redis,) = [found for found in examine_machine(Settings()) if found.what == "redis"]
    assert redis.is_ok
    assert "v=" in redis.says


def test_a_program_that_does_not_run_is_no_server(tmp_path: Path) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho cannot load libraries >&2\nexit 127\n")
    program.chmod(0o755)
    settings = Settings()
    said = {**settings.of, "redis": ServiceSettings(image="redis:8.2.3", program=str(program))}
    (redis,) = [found for found in examine_machine(Settings(of=said)) if found.what == "redis"]
    assert not redis.is_ok
    assert "cannot load libraries" in redis.says
