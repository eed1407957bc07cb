"""Connects Alembic with the database and with the models; runs at every command that needs them."""

from logging.config import fileConfig

from alembic import context
from sqlalchemy import create_engine, pool

from models import Base


def database_url() -> str:
    """The URL of the database: what the environment variable `DATABASE_URL` says."""
    raise NotImplementedError("database_url() is not written yet")


def include_name(name: str | None, kind: str, parents: dict) -> bool:
    """Whether `alembic check` looks at something in the database; not if it is the table `people`.

    Args:
        name: What it is called.
        kind: What it is: "schema", "table", "column", "index", "unique_constraint" or "foreign_key_constraint".
        parents: For a column or a key, the name of its table under "table_name".
    """
    raise NotImplementedError("include_name() is not written yet")


def main() -> None:
    """Opens the database and runs the revisions that Alembic was asked for."""
    if context.config.config_file_name is not None:
        fileConfig(context.config.config_file_name)
    engine = create_engine(database_url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, include_name=include_name)
        with context.begin_transaction():
            context.run_migrations()


main()
