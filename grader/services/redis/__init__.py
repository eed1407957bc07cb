"""Redis: its configuration and accounts, its clean state, and the service that checks hold."""

from grader.services.redis.service import Redis

__all__ = ["Redis"]
