"""addresses refer to a state, known or not

Both ways make a new table beside the old one, fill it, and put it in its place; on both databases. A text that is none
of the fifty becomes a row of `state` of its own, without an abbreviation, as it was written.
"""

from alembic import op

revision = "three"
down_revision = "two"

BLANKS = "' \t\r\n'"


def postgres():
    return op.get_bind().dialect.name == "postgresql"


def small(text):
    """SQL for a text with small letters; A to Z only, whatever the locale of the server says."""
    return f'lower({text} collate "C")' if postgres() else f"lower({text})"


def trimmed(text):
    return f"rtrim(ltrim({text}, {BLANKS}), {BLANKS})"


def swap(last_column, select):
    """Makes `address` anew, with another last column (and constraints), and with the rows of a select."""
    if postgres():
        # The counter of the ids moves into the new table, so that it goes on where it was.
        key = "id integer default nextval('address_id_seq') primary key"
        op.execute("lock table address in access exclusive mode")
    else:
        key = "id integer not null primary key"
    op.execute(
        f"""
        create table address_next (
            {key},
            address varchar(50) not null,
            city varchar(50) not null,
            {last_column}
        )
        """
    )
    op.execute(f"insert into address_next {select}")
    if postgres():
        op.execute("alter sequence address_id_seq owned by address_next.id")
    op.execute("drop table address")
    op.execute("alter table address_next rename to address")
    if postgres():
        op.execute("alter index address_next_pkey rename to address_pkey")


def upgrade():
    if postgres():
        op.execute("lock table address in access exclusive mode")
    same = f"{small(trimmed('a.state'))} in ({small('s.name')}, {small('s.abbreviation')})"
    op.execute(
        f"""
        insert into state (name)
        select distinct a.state from address a
        where not exists (select 1 from state s where s.abbreviation is not null and {same})
        """
    )
    swap(
        """
            state_id integer not null,
            constraint address_state foreign key (state_id) references state (id)
        """,
        f"""
        (id, address, city, state_id)
        select a.id, a.address, a.city, coalesce(
            (select s.id from state s where s.abbreviation is not null and {same}),
            (select s.id from state s where s.abbreviation is null and s.name = a.state)
        )
        from address a
        """,
    )


def downgrade():
    swap(
        "state varchar(20) not null",
        """
        (id, address, city, state)
        select a.id, a.address, a.city, coalesce(s.name, '')
        from address a left join state s on s.id = a.state_id
        """,
    )
    op.execute("delete from state where abbreviation is null")
