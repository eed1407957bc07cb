"""let an address refer to its state

Revision ID: 0003
Revises: 0002

"""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

BLANKS = " \t\r\n"

state = sa.table(
    "state", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("abbreviation", sa.String)
)
address = sa.table(
    "address",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("state_id", sa.Integer),
    sa.column("unknown_state", sa.String),
)


def upgrade() -> None:
    op.add_column("address", sa.Column("state_id", sa.Integer))
    op.add_column("address", sa.Column("unknown_state", sa.String(20)))
    # The state that has the text, without the blanks around it and in any case, for its name or abbreviation.
    text = sa.func.ltrim(sa.func.rtrim(address.c.state, BLANKS), BLANKS)
    found = (
        sa.select(sa.func.min(state.c.id))
        .where(sa.or_(state.c.name.ilike(text), state.c.abbreviation.ilike(text)))
        .scalar_subquery()
    )
    op.execute(sa.update(address).values(state_id=found))
    op.execute(sa.update(address).where(address.c.state_id.is_(None)).values(unknown_state=address.c.state))
    with op.batch_alter_table("address") as batch:
        batch.create_foreign_key("fk_address_state_id", "state", ["state_id"], ["id"])
        batch.drop_column("state")


def downgrade() -> None:
    op.add_column("address", sa.Column("state", sa.String(20)))
    # What the address refers to comes first: other programs may have given a state to an unknown one.
    name = sa.select(state.c.name).where(state.c.id == address.c.state_id).scalar_subquery()
    op.execute(sa.update(address).values(state=sa.func.coalesce(name, address.c.unknown_state, "")))
    with op.batch_alter_table("address") as batch:
        batch.alter_column("state", existing_type=sa.String(20), nullable=False)
        batch.drop_constraint("fk_address_state_id", type_="foreignkey")
        batch.drop_column("state_id")
        batch.drop_column("unknown_state")
