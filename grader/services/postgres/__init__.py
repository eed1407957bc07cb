"""PostgreSQL: its settings and accounts, its clean state, and the service that checks hold."""

from grader.services.postgres.service import Postgres

__all__ = ["Postgres"]
