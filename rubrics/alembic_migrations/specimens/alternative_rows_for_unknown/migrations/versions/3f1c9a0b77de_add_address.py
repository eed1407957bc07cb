"""Add address

Revision ID: 3f1c9a0b77de
Revises:
Create Date: 2024-03-01 10:00:00

"""
import sqlalchemy as sa
from alembic import op

revision = "3f1c9a0b77de"
down_revision = None


def upgrade():
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=50), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade():
    op.drop_table("address")
