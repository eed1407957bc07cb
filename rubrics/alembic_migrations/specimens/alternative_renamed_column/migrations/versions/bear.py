"""States."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "f00d5c1e0002", "50d1a7e0c001"

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

NAMES = (
    "Alabama",
    "Alaska",
    "Arizona",
    "Arkansas",
    "California",
    "Colorado",
    "Connecticut",
    "Delaware",
    "Florida",
    "Georgia",
    "Hawaii",
    "Idaho",
    "Illinois",
    "Indiana",
    "Iowa",
    "Kansas",
    "Kentucky",
    "Louisiana",
    "Maine",
    "Maryland",
    "Massachusetts",
    "Michigan",
    "Minnesota",
    "Mississippi",
    "Missouri",
    "Montana",
    "Nebraska",
    "Nevada",
    "New Hampshire",
    "New Jersey",
    "New Mexico",
    "New York",
    "North Carolina",
    "North Dakota",
    "Ohio",
    "Oklahoma",
    "Oregon",
    "Pennsylvania",
    "Rhode Island",
    "South Carolina",
    "South Dakota",
    "Tennessee",
    "Texas",
    "Utah",
    "Vermont",
    "Virginia",
    "Washington",
    "West Virginia",
    "Wisconsin",
    "Wyoming",
)
SHORT = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO "
    "MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY "
).split()


def upgrade():
    op.create_table(
        "state",
        sa.Column("id", Number, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("abbreviation", sa.String(2), nullable=False),
    )
    # No constraint but an index, so that two states never have one abbreviation.
    op.create_index("state_by_abbreviation", "state", ["abbreviation"], unique=True)
    state = sa.table("state", sa.column("name", sa.String), sa.column("abbreviation", sa.String))
    for name, short in zip(NAMES, SHORT, strict=True):
        op.execute(state.insert().values(name=name, abbreviation=short))


def downgrade():
    op.drop_index("state_by_abbreviation", "state")
    op.drop_table("state")
