"""The gradebook: a database for any tool that speaks SQL, filled from the journal and from nothing else.

Whoever imports this imports SQLAlchemy and Alembic.
"""

from grader.batch.gradebook.database import gradebook_url, require_gradebook
from grader.batch.gradebook.fill import fill

__all__ = ["fill", "gradebook_url", "require_gradebook"]
