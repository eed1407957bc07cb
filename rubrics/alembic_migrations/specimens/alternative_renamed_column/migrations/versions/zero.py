"""Addresses."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "50d1a7e0c001", None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade():
    op.create_table(
        "address",
        sa.Column("id", Number, primary_key=True),
        *(sa.Column(name, sa.String(size), nullable=False) for name, size in dict(address=50, city=50, state=20).items()),
    )


def downgrade():
    op.drop_table("address")
