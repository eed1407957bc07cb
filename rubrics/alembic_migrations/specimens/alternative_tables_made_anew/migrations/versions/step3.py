"""address made anew, with a side table for what is no state"""

from alembic import op

revision = "step3"
down_revision = "step2"

KEY = {"sqlite": "integer not null primary key autoincrement", "postgresql": "serial primary key"}
TRIM = {
    "sqlite": "trim(state, ' ' || char(9) || char(10) || char(13))",
    "postgresql": r"trim(both E' \t\n\r' from state)",
}


def count_on():
    """Has the database number new addresses after those that are there."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("select setval(pg_get_serial_sequence('address', 'id'), coalesce(max(id), 0) + 1, false) from address")


def upgrade():
    dialect = op.get_context().dialect.name
    op.execute(f"create table known as select id, upper({TRIM[dialect]}) as text from address")
    op.execute("create table unknown_state (address_id integer not null primary key, text varchar(20) not null)")
    op.execute(
        f"""
        create table address_new (
            id {KEY[dialect]},
            address varchar(50) not null,
            city varchar(50) not null,
            state_id integer references state (id)
        )"""
    )
    op.execute(
        """
        insert into address_new
        select a.id, a.address, a.city, s.id
        from address a join known k on k.id = a.id
        left join state s on upper(s.name) = k.text or cast(s.abbreviation as text) = k.text"""
    )
    op.execute(
        """
        insert into unknown_state
        select a.id, a.state from address a join address_new n on n.id = a.id where n.state_id is null"""
    )
    op.execute("drop table known")
    op.execute("drop table address")
    op.execute("alter table address_new rename to address")
    count_on()


def downgrade():
    dialect = op.get_context().dialect.name
    op.execute(
        f"""
        create table address_old (
            id {KEY[dialect]},
            address varchar(50) not null,
            city varchar(50) not null,
            state varchar(20) not null
        )"""
    )
    op.execute(
        """
        insert into address_old
        select a.id, a.address, a.city, case when a.state_id is null then u.text else cast(s.abbreviation as text) end
        from address a left join state s on s.id = a.state_id left join unknown_state u on u.address_id = a.id"""
    )
    op.execute("drop table address")
    op.execute("drop table unknown_state")
    op.execute("alter table address_old rename to address")
    count_on()
