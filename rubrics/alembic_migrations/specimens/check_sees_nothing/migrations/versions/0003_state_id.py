"""let address refer to state

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BLANKS = " \t\r\n\v\f"

address = sa.table(
    "address",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("state_id", sa.Integer),
    sa.column("unknown_state", sa.String),
)
state = sa.table(
    "state",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("abbreviation", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("address") as batch:
        batch.add_column(sa.Column("state_id", sa.Integer, nullable=True))
        batch.add_column(sa.Column("unknown_state", sa.String(20), nullable=True))
        batch.create_foreign_key("address_state", "state", ["state_id"], ["id"])
    text = sa.func.lower(sa.func.trim(address.c.state, BLANKS))
    if op.get_bind().dialect.name == "postgresql":
        text = sa.func.lower(sa.func.btrim(address.c.state, BLANKS))
    same = sa.or_(sa.func.lower(state.c.name) == text, sa.func.lower(state.c.abbreviation) == text)
    found = sa.select(state.c.id).where(same).scalar_subquery()
    op.execute(address.update().values(state_id=found))
    op.execute(address.update().where(address.c.state_id.is_(None)).values(unknown_state=address.c.state))
    with op.batch_alter_table("address") as batch:
        batch.drop_column("state")


def downgrade() -> None:
    with op.batch_alter_table("address") as batch:
        batch.add_column(sa.Column("state", sa.String(20), nullable=True))
    name = sa.select(state.c.name).where(state.c.id == address.c.state_id).scalar_subquery()
    op.execute(address.update().values(state=sa.func.coalesce(name, address.c.unknown_state, "")))
    with op.batch_alter_table("address") as batch:
        batch.alter_column("state", existing_type=sa.String(20), nullable=False)
        batch.drop_constraint("address_state", type_="foreignkey")
        batch.drop_column("state_id")
        batch.drop_column("unknown_state")
