"""What holds for all tests: properties are tried with the same examples each time, and containers may lack.

Tests that need containers are skipped where they cannot be had, or failed where they must be had.
"""

import os
import subprocess

import pytest
from hypothesis import settings

from grader.config import read_settings

PULL_LIMIT_S = 300

# A test that fails today must fail tomorrow. `--hypothesis-profile=default` looks for new examples.
settings.register_profile("same each time", derandomize=True, database=None)
settings.load_profile("same each time")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Says which tests stay together, and adds the reason to those that need containers and cannot run."""
    marked = [item for item in items if item.get_closest_marker("docker")]
    for item in items:
        # In parallel, each file stays in one process, and so do all that count the engine's containers.
        group = "docker" if item in marked else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    reason = _missing() if marked else ""
    if not reason:
        return
    if os.environ.get("GRADER_REQUIRE_DOCKER") == "1":
        raise pytest.UsageError(f"GRADER_REQUIRE_DOCKER=1, and {reason}.")
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=reason))


def _missing() -> str:
    """What is missing for containers; empty if nothing is. An image that is not here is pulled."""
    if not _succeeds("version"):
        return "no Docker engine answers `docker version`"
    images = [said.image for said in read_settings({}, os.environ).of.values()]
    lost = [
        image
        for image in images
        if not _succeeds("image", "inspect", image) and not _succeeds("pull", "--quiet", image)
    ]
    return f"the engine has not, and cannot pull, {', '.join(lost)}" if lost else ""


def _succeeds(*words: str) -> bool:
    try:
        command = ["docker", *words]
        return subprocess.run(command, capture_output=True, timeout=PULL_LIMIT_S, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
