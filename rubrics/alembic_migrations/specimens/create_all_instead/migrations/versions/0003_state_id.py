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
    pass


def downgrade() -> None:
    pass
