"""Refer to state

Revision ID: 9d2b6c5e8f10
Revises: 0a7e11c2d4f5
"""
import sqlalchemy as sa
from alembic import op

revision = "9d2b6c5e8f10"
down_revision = "0a7e11c2d4f5"


def upgrade():
    op.add_column("address", sa.Column("state_id", sa.Integer()))
    conn = op.get_bind()
    ids = {}
    for number, name, abbreviation in conn.execute(sa.text("select id, name, abbreviation from state")):
        ids[name.lower()] = ids[abbreviation.lower()] = number
    unknown = {}
    for number, text in conn.execute(sa.text("select id, state from address")).all():
        state_id = ids.get(text.strip().lower()) or unknown.get(text)
        if state_id is None:
            insert = sa.text("insert into state (name) values (:name) returning id")
            state_id = unknown[text] = conn.execute(insert, {"name": text}).scalar_one()
        conn.execute(sa.text("update address set state_id = :s where id = :i"), {"s": state_id, "i": number})
    with op.batch_alter_table("address") as batch_op:
        batch_op.alter_column("state_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key("fk_address_state", "state", ["state_id"], ["id"])
        batch_op.create_index("ix_address_state_id", ["state_id"])
        batch_op.drop_column("state")


def downgrade():
    op.add_column("address", sa.Column("state", sa.String(20)))
    op.execute("update address set state = (select name from state where state.id = address.state_id)")
    with op.batch_alter_table("address") as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(20), nullable=False)
        batch_op.drop_index("ix_address_state_id")
        batch_op.drop_constraint("fk_address_state", type_="foreignkey")
        batch_op.drop_column("state_id")
    op.execute("delete from state where abbreviation is null")
