"""Addresses in states.

The text stays where it is, under another name (`state_text`) and optional: nothing that anybody wrote is lost, blanks
included, for known states too. `state_id` beside it says what counts. On the way down a text comes back as it was if it
still says the same as `state_id`; otherwise somebody changed `state_id`, and the state's name takes its place.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0ddba11c0003", "f00d5c1e0002"

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def key_of(text):
    """The text without blanks around it, and with A to Z made small."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text.strip(" \t\n\r"))


def states(connection):
    """From what a state is called to its id, and from its id to its name."""
    by_key, by_id = {}, {}
    for number, name, short in connection.execute(sa.text("select id, name, abbreviation from state")):
        by_key[key_of(name)] = by_key[key_of(short)] = number
        by_id[number] = name
    return by_key, by_id


def upgrade():
    op.add_column("address", sa.Column("state_id", Number))
    connection = op.get_bind()
    by_key, _ = states(connection)
    address = sa.table("address", sa.column("state", sa.String), sa.column("state_id", Number))
    for text in connection.scalars(sa.select(address.c.state).distinct()).all():
        if key_of(text) in by_key:
            op.execute(address.update().where(address.c.state == text).values(state_id=by_key[key_of(text)]))
    with op.batch_alter_table("address") as batch:
        batch.alter_column(
            "state",
            new_column_name="state_text",
            existing_type=sa.String(20),
            existing_nullable=False,
            nullable=True,
        )
        batch.create_foreign_key("address_to_state", "state", ["state_id"], ["id"])


def downgrade():
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("lock table address in access exclusive mode")
    by_key, by_id = states(connection)
    address = sa.table("address", sa.column("state_text", sa.String), sa.column("state_id", Number))
    pairs = connection.execute(sa.select(address.c.state_id, address.c.state_text).distinct()).all()
    for number, text in pairs:
        if number in by_id:
            if text is not None and by_key.get(key_of(text)) == number:
                continue
            new = by_id[number]
        elif text is None:
            new = ""
        else:
            continue
        op.execute(
            address.update()
            .where(
                address.c.state_id.is_(None) if number is None else address.c.state_id == number,
                address.c.state_text.is_(None) if text is None else address.c.state_text == text,
            )
            .values(state_text=new)
        )
    with op.batch_alter_table("address") as batch:
        batch.drop_constraint("address_to_state", type_="foreignkey")
        batch.drop_column("state_id")
        batch.alter_column(
            "state_text",
            new_column_name="state",
            existing_type=sa.String(20),
            existing_nullable=True,
            nullable=False,
        )
