"""Each revision in a transaction of its own."""

import os

import sqlalchemy as sa
from alembic import context

import models


def include_object(thing, name, kind, reflected, compare_to):
    return not (kind == "table" and reflected and compare_to is None)


with sa.create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=models.metadata,
        include_object=include_object,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
