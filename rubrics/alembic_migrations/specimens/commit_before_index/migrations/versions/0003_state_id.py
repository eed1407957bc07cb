"""replace the column address.state by a reference to state

Revision ID: 0003
Revises: 0002

"""

import string

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

state = sa.table(
    "state", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("abbreviation", sa.String)
)
address = sa.table(
    "address",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("state_id", sa.Integer),
    sa.column("state_as_written", sa.String),
)


def normal(text: str) -> str:
    """The text in small letters (of A to Z), without blanks around it."""
    return text.strip(" \t\r\n").translate(SMALL)


def upgrade() -> None:
    op.add_column("address", sa.Column("state_id", sa.Integer))
    op.add_column("address", sa.Column("state_as_written", sa.String(20)))
    connection = op.get_bind()
    ids = {}
    for row in connection.execute(sa.select(state)):
        ids[normal(row.name)] = ids[normal(row.abbreviation)] = row.id
    for row in connection.execute(sa.select(address.c.id, address.c.state)).all():
        number = ids.get(normal(row.state))
        values = {"state_as_written": row.state} if number is None else {"state_id": number}
        connection.execute(sa.update(address).where(address.c.id == row.id).values(values))
    # An index for the joins. The table may be big and in use: PostgreSQL makes the index without locking it.
    if connection.dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.create_index("ix_address_state_id", "address", ["state_id"], postgresql_concurrently=True)
    else:
        op.create_index("ix_address_state_id", "address", ["state_id"])
    with op.batch_alter_table("address") as batch:
        batch.create_foreign_key("fk_address_state_id", "state", ["state_id"], ["id"])
        batch.drop_column("state")


def downgrade() -> None:
    op.add_column("address", sa.Column("state", sa.String(20)))
    name = sa.select(state.c.name).where(state.c.id == address.c.state_id).scalar_subquery()
    op.execute(sa.update(address).values(state=sa.func.coalesce(name, address.c.state_as_written, "")))
    op.drop_index("ix_address_state_id", "address")
    with op.batch_alter_table("address") as batch:
        batch.alter_column("state", existing_type=sa.String(20), nullable=False)
        batch.drop_constraint("fk_address_state_id", type_="foreignkey")
        batch.drop_column("state_id")
        batch.drop_column("state_as_written")
