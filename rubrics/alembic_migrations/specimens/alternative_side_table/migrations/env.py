"""Connects Alembic with the database and with the models.

Every revision has a transaction of its own, in SQLite too: its driver would begin one only before an `insert`, so we
begin it ourselves.
"""

import os
from logging.config import fileConfig

from alembic import context
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from models import Base, Person


def make_engine() -> Engine:
    engine = create_engine(make_url(os.environ["DATABASE_URL"]), poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def leave_transactions_to_us(driver_connection, _record):
            driver_connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def begin(connection):
            connection.exec_driver_sql("begin")

    return engine


def include_object(item, name, kind, reflected, compare_to) -> bool:
    """`people` is compared with the model if it is there; that it is not there is no difference."""
    return not (item is Person.__table__ and not reflected and compare_to is None)


if context.config.config_file_name is not None:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)

with make_engine().connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        transactional_ddl=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
