"""address, in SQL"""

from alembic import op

revision = "step1"
down_revision = None

KEY = {"sqlite": "integer not null primary key autoincrement", "postgresql": "serial primary key"}


def upgrade():
    op.execute(
        f"""
        create table address (
            id {KEY[op.get_context().dialect.name]},
            address varchar(50) not null,
            city varchar(50) not null,
            state varchar(20) not null
        )"""
    )


def downgrade():
    op.execute("drop table address")
