"""The transaction is the engine's."""

import os

from alembic import context
from sqlalchemy import create_engine

from models import Base

engine = create_engine(os.environ["DATABASE_URL"])
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=lambda name, kind, parents: not (kind == "table" and name == "people"),
        render_as_batch=True,
    )
    context.run_migrations()
engine.dispose()
