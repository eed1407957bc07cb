"""addresses with the state as a text"""

from alembic import op

revision = "one"
down_revision = None


def upgrade():
    key = "serial primary key" if op.get_bind().dialect.name == "postgresql" else "integer not null primary key"
    op.execute(
        f"""
        create table address (
            id {key},
            address varchar(50) not null,
            city varchar(50) not null,
            state varchar(20) not null
        )
        """
    )


def downgrade():
    op.execute("drop table address")
