"""state, in SQL"""

from alembic import op

revision = "step2"
down_revision = "step1"

KEY = {"sqlite": "integer not null primary key", "postgresql": "integer generated always as identity primary key"}
STATES = """
AL,Alabama;AK,Alaska;AZ,Arizona;AR,Arkansas;CA,California;CO,Colorado;CT,Connecticut;DE,Delaware;FL,Florida;
GA,Georgia;HI,Hawaii;ID,Idaho;IL,Illinois;IN,Indiana;IA,Iowa;KS,Kansas;KY,Kentucky;LA,Louisiana;ME,Maine;MD,Maryland;
MA,Massachusetts;MI,Michigan;MN,Minnesota;MS,Mississippi;MO,Missouri;MT,Montana;NE,Nebraska;NV,Nevada;
NH,New Hampshire;NJ,New Jersey;NM,New Mexico;NY,New York;NC,North Carolina;ND,North Dakota;OH,Ohio;OK,Oklahoma;
OR,Oregon;PA,Pennsylvania;RI,Rhode Island;SC,South Carolina;SD,South Dakota;TN,Tennessee;TX,Texas;UT,Utah;VT,Vermont;
VA,Virginia;WA,Washington;WV,West Virginia;WI,Wisconsin;WY,Wyoming
"""


def upgrade():
    key = KEY[op.get_context().dialect.name]
    op.execute(
        f"create table state (id {key}, name text not null, abbreviation char(2) not null, "
        "constraint one_name unique (name), constraint one_abbreviation unique (abbreviation))"
    )
    for pair in STATES.replace("\n", "").split(";"):
        abbreviation, name = pair.split(",")
        op.execute(f"insert into state (name, abbreviation) values ('{name}', '{abbreviation}')")


def downgrade():
    op.execute("drop table state")
