import os
import sys
from pathlib import Path

import sqlalchemy
from alembic import context

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from models import Base  # noqa: E402

if "DATABASE_URL" not in os.environ:
    sys.exit("set DATABASE_URL to the URL of the database")

with sqlalchemy.create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=lambda name, kind, parents: (kind, name) != ("table", "people"),
    )
    with context.begin_transaction():
        context.run_migrations()
