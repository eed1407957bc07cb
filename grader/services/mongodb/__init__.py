"""MongoDB: its accounts, its clean state, what it did, and the service that checks hold."""

from grader.services.mongodb.profile import Operation, Work
from grader.services.mongodb.service import MongoDB

__all__ = ["MongoDB", "Operation", "Work"]
