"""state ids, and every text as it was"""

import sqlalchemy as sa
from alembic import op

revision = "2024_03"
down_revision = "2024_02"


def known() -> dict[str, int]:
    """The ids of the states, by each text that means them."""
    rows = op.get_bind().execute(sa.text("select id, name, abbreviation from state")).all()
    return {text.casefold(): number for number, *texts in rows for text in texts}


def upgrade() -> None:
    with op.batch_alter_table("address") as batch:
        batch.alter_column(
            "state", new_column_name="state_text", existing_type=sa.Unicode(20), nullable=True
        )
        batch.add_column(sa.Column("state_id", sa.Integer(), sa.ForeignKey("state.id", name="fk_address_state_id")))
    ids, connection = known(), op.get_bind()
    for number, text in connection.execute(sa.text("select id, state_text from address")).all():
        found = {"number": number, "state": ids.get(text.strip().casefold())}
        connection.execute(sa.text("update address set state_id = :state where id = :number"), found)


def downgrade() -> None:
    ids, connection = known(), op.get_bind()
    names = dict(connection.execute(sa.text("select id, name from state")).tuples().all())
    for number, text, state in connection.execute(sa.text("select id, state_text, state_id from address")).all():
        if state is not None and ids.get((text or "").strip().casefold()) != state:
            found = {"number": number, "name": names[state]}
            connection.execute(sa.text("update address set state_text = :name where id = :number"), found)
    with op.batch_alter_table("address") as batch:
        batch.drop_constraint("fk_address_state_id", type_="foreignkey")
        batch.drop_column("state_id")
        batch.alter_column(
            "state_text", new_column_name="state", existing_type=sa.Unicode(20), nullable=False
        )
