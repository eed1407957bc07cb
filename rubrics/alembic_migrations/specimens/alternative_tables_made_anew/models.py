"""Tables, and no classes."""

import sqlalchemy as sa

metadata = sa.MetaData()

state = sa.Table(
    "state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("abbreviation", sa.CHAR(2), nullable=False, unique=True),
)
address = sa.Table(
    "address",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.String(50), nullable=False),
    sa.Column("city", sa.String(50), nullable=False),
    sa.Column("state_id", sa.ForeignKey("state.id")),
)
unknown_state = sa.Table(
    "unknown_state",
    metadata,
    sa.Column("address_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.String(20), nullable=False),
)
