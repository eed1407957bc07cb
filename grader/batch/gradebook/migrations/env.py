"""What Alembic runs: the migrations, on the connection that it is given and in its transaction."""

from alembic import context
from sqlalchemy import Connection

from grader.batch.gradebook.database import VERSION_TABLE
from grader.batch.gradebook.models import Row

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    version_table=VERSION_TABLE,
    compare_type=True,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
