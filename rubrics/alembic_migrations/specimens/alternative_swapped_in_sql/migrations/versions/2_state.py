"""the fifty states"""

from alembic import op

revision = "two"
down_revision = "one"

STATES = """
AL Alabama
AK Alaska
AZ Arizona
AR Arkansas
CA California
CO Colorado
CT Connecticut
DE Delaware
FL Florida
GA Georgia
HI Hawaii
ID Idaho
IL Illinois
IN Indiana
IA Iowa
KS Kansas
KY Kentucky
LA Louisiana
ME Maine
MD Maryland
MA Massachusetts
MI Michigan
MN Minnesota
MS Mississippi
MO Missouri
MT Montana
NE Nebraska
NV Nevada
NH New Hampshire
NJ New Jersey
NM New Mexico
NY New York
NC North Carolina
ND North Dakota
OH Ohio
OK Oklahoma
OR Oregon
PA Pennsylvania
RI Rhode Island
SC South Carolina
SD South Dakota
TN Tennessee
TX Texas
UT Utah
VT Vermont
VA Virginia
WA Washington
WV West Virginia
WI Wisconsin
WY Wyoming
"""


def upgrade():
    key = "serial primary key" if op.get_bind().dialect.name == "postgresql" else "integer not null primary key"
    op.execute(
        f"""
        create table state (
            id {key},
            name varchar(50) not null,
            abbreviation varchar(2),
            constraint state_abbreviation unique (abbreviation)
        )
        """
    )
    rows = [line.split(" ", 1) for line in STATES.strip().splitlines()]
    values = ", ".join(f"('{name}', '{abbreviation}')" for abbreviation, name in rows)
    op.execute(f"insert into state (name, abbreviation) values {values}")


def downgrade():
    op.execute("drop table state")
