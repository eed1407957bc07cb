"""addresses"""

import sqlalchemy as sa
from alembic import op

revision = "2024_01"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "address",
        sa.Column("id", sa.Integer()),
        sa.Column("address", sa.Unicode(50), nullable=False),
        sa.Column("city", sa.Unicode(50), nullable=False),
        sa.Column("state", sa.Unicode(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_address"),
    )


def downgrade() -> None:
    op.drop_table("address")
