"""refer from address to state, and put unknown states aside

Revision ID: c3f0
Revises: b2f0

"""

import string

import sqlalchemy as sa
from alembic import op

revision = "c3f0"
down_revision = "b2f0"
branch_labels = None
depends_on = None

SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

state = sa.table("state", sa.column("id", sa.Integer), sa.column("name", sa.Text), sa.column("abbreviation", sa.Text))
address = sa.table(
    "address", sa.column("id", sa.Integer), sa.column("state", sa.String), sa.column("state_id", sa.Integer)
)
unknown_state = sa.table("unknown_state", sa.column("address_id", sa.Integer), sa.column("text", sa.Text))


def normal(text: str) -> str:
    """What two texts have in common that are the same state; `lower` and a bare `strip` would do too much."""
    return text.strip(" \t\r\n").translate(SMALL)


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("address", sa.Column("state_id", sa.Integer))  # in PostgreSQL nobody else writes from here on
    ids = {}
    for row in connection.execute(sa.select(state)):
        ids[normal(row.name)] = ids[normal(row.abbreviation)] = row.id
    known, unknown = [], []
    for row in connection.execute(sa.select(address.c.id, address.c.state)).all():
        if normal(row.state) in ids:
            known.append({"key": row.id, "value": ids[normal(row.state)]})
        else:
            unknown.append({"address_id": row.id, "text": row.state})
    if known:
        connection.execute(
            sa.update(address)
            .where(address.c.id == sa.bindparam("key"))
            .values(state_id=sa.bindparam("value")),
            known,
        )
    with op.batch_alter_table("address") as batch:
        batch.create_foreign_key("fk_address_state", "state", ["state_id"], ["id"])
        batch.drop_column("state")
    # After the batch: in SQLite it drops the old table, and that must not cascade to these rows.
    op.create_table(
        "unknown_state",
        sa.Column("address_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name="fk_unknown_state_address", ondelete="CASCADE", onupdate="CASCADE"
        ),
    )
    if unknown:
        connection.execute(sa.insert(unknown_state), unknown)


def downgrade() -> None:
    connection = op.get_bind()
    op.add_column("address", sa.Column("state", sa.String(20)))
    names = {row.id: row.name for row in connection.execute(sa.select(state.c.id, state.c.name))}
    texts = {row.address_id: row.text for row in connection.execute(sa.select(unknown_state))}
    rows = connection.execute(sa.select(address.c.id, address.c.state_id)).all()
    if rows:
        connection.execute(
            sa.update(address)
            .where(address.c.id == sa.bindparam("key"))
            .values(state=sa.bindparam("value")),
            [
                {"key": row.id, "value": names[row.state_id] if row.state_id in names else texts.get(row.id, "")}
                for row in rows
            ],
        )
    op.drop_table("unknown_state")
    with op.batch_alter_table("address") as batch:
        batch.alter_column("state", existing_type=sa.String(20), nullable=False)
        batch.drop_constraint("fk_address_state", type_="foreignkey")
        batch.drop_column("state_id")
