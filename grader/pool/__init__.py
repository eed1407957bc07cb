"""The pool: worker processes that grade one submission after the other, each on servers of its own."""

from grader.pool.events import (
    ONCE,
    Began,
    Checking,
    Event,
    Faulted,
    Finished,
    Job,
    Noted,
    Patience,
    Refused,
    Retried,
)
from grader.pool.pool import Pool, cores

__all__ = [
    "ONCE",
    "Began",
    "Checking",
    "Event",
    "Faulted",
    "Finished",
    "Job",
    "Noted",
    "Patience",
    "Pool",
    "Refused",
    "Retried",
    "cores",
]
