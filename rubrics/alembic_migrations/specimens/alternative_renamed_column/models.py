"""The tables at the head, without classes."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table

metadata = MetaData()
Number = BigInteger().with_variant(Integer, "sqlite")

state = Table(
    "state",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", String(20), nullable=False),
    Column("abbreviation", String(2), nullable=False),
    Index("state_by_abbreviation", "abbreviation", unique=True),
)

address = Table(
    "address",
    metadata,
    Column("id", Number, primary_key=True),
    Column("address", String(50), nullable=False),
    Column("city", String(50), nullable=False),
    Column("state_text", String(20)),
    Column("state_id", Number, ForeignKey("state.id", name="address_to_state")),
)
