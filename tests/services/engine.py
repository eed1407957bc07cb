"""What the Docker engine says, by its own command."""

import json
import subprocess
from typing import Any


def docker(*arguments: str) -> str:
    """What a command of the engine prints."""
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def containers(run_id: str) -> list[str]:
    """The containers of a run, ended ones too."""
    return docker("ps", "--all", "--quiet", "--filter", f"label=dblab-grader.run={run_id}").split()


def inspect(run_id: str) -> dict[str, Any]:
    """The engine's description of a run's only container."""
    (container,) = containers(run_id)
    described: dict[str, Any] = json.loads(docker("inspect", container))[0]
    return described


def volumes(run_id: str) -> set[str]:
    """The volumes that a run's only container has; others on this engine come and go meanwhile."""
    return {mount["Name"] for mount in inspect(run_id)["Mounts"] if mount["Type"] == "volume"}


def volumes_left(names: set[str]) -> set[str]:
    """Those of the volumes that still exist."""
    return names & set(docker("volume", "ls", "--quiet").split())
