"""The small labs of the pool's tests."""

from tests.pool.conftest import make_lab, settings

__all__ = ["make_lab", "settings"]
