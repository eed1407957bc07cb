"""How Alembic reaches the database, and what it compares it with."""

import os
from logging.config import fileConfig

from alembic import context
from sqlalchemy import create_engine, pool

from models import Base

if context.config.config_file_name is not None:
    fileConfig(context.config.config_file_name)


def include_name(name: str | None, kind: str, parents: dict) -> bool:
    """`people` is somebody else's."""
    return kind != "table" or name in Base.metadata.tables


def main() -> None:
    engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()


main()
