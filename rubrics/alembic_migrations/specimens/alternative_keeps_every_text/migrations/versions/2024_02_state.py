"""states"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

revision = "2024_02"
down_revision = "2024_01"

SHORT = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
LONG = (
    "Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,Delaware,Florida,Georgia,Hawaii,Idaho,Illinois,"
    "Indiana,Iowa,Kansas,Kentucky,Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,"
    "Montana,Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,New York,North Carolina,North Dakota,Ohio,Oklahoma,"
    "Oregon,Pennsylvania,Rhode Island,South Carolina,South Dakota,Tennessee,Texas,Utah,Vermont,Virginia,Washington,"
    "West Virginia,Wisconsin,Wyoming"
).split(",")


class Then(DeclarativeBase):
    """The tables as they were then."""


class State(Then):
    __tablename__ = "state"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(20))
    abbreviation: Mapped[str] = mapped_column(sa.String(2))
    __table_args__ = (sa.UniqueConstraint("abbreviation", name="uq_state_abbreviation"),)


def upgrade() -> None:
    State.__table__.create(op.get_bind())
    with Session(op.get_bind()) as session:
        session.add_all(State(name=name, abbreviation=short) for name, short in zip(LONG, SHORT, strict=True))
        session.commit()


def downgrade() -> None:
    State.__table__.drop(op.get_bind())
