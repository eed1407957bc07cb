"""What becomes of each address when its state becomes a state_id, and when it becomes a text again."""

from random import Random
from typing import TYPE_CHECKING

import pytest

from grader import Relational, check

if TYPE_CHECKING:
    from conftest import Journey

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
BLANKS = (" ", "  ", "\t", "\n", "\r\n")
UNKNOWN = (
    "", "  ", " ", "Texa", "TXX", "T X", "New  York", "NewYork", "N.Y.", "Tx.", "T", "a", "_X", "%", "__",
    "NULL", "None", "Bavaria", "bavaria", " Bavaria ", "\tBavaria\n", "BAVARIA", "O'Hara", '"Utah"', "'Utah'",
    "Utah;--", ":Ohio", "50 % Ohio", "%s", "{0}", "back\\slash", "Łódź", "Île-de-France", "隕石 🌠", "x" * 20,
    "Ł" * 20, "0", "1", "42",
)  # fmt: skip


def in_any_spelling(random: Random, text: str) -> str:
    """The same state, in another case and with blanks around."""
    text = random.choice((text, text.upper(), text.lower(), text.swapcase(), text.title()))
    return f"{random.choice(('', *BLANKS))}{text}{random.choice(('', *BLANKS))}"


@BOTH
@check(
    points=4,
    criterion="migration",
    timeout_s=15,
    hint="The third revision has to look each text up, among the names and among the abbreviations, before "
    "it drops the column.",
)
def test_addresses_get_their_state(random: Random, states: dict[str, str], journey: "Journey") -> None:
    """Addresses keep their state when it becomes a state_id"""
    shorts = random.sample(sorted(states), 10)
    journey.go_up_with([text for short in shorts for text in (short, states[short])])
    journey.expect_at_head("after `alembic upgrade head`")


@BOTH
@check(
    points=4,
    criterion="migration",
    timeout_s=15,
    hint="Compare the texts in small letters and without blanks at their ends. Which blanks does trim() take "
    "away, if nobody says?",
)
def test_case_and_blanks_do_not_count(random: Random, states: dict[str, str], journey: "Journey") -> None:
    """Addresses keep their state in any case, and with blanks around it"""
    names = [states[short] for short in random.sample(sorted(states), 4)]
    in_any_case = [text for name in names for text in (name.lower(), name.upper())]
    journey.go_up_with([*in_any_case, *(f"{blank}Ohio{blank}" for blank in BLANKS)])
    journey.expect_at_head("after `alembic upgrade head`")


@BOTH
@check(
    points=6,
    criterion="migration",
    timeout_s=15,
    hint="The way down writes the state's name back into the column, and the text of an unknown state as it "
    "was. So the way up has to keep that text somewhere.",
)
def test_addresses_survive_down_and_up(random: Random, states: dict[str, str], journey: "Journey") -> None:
    """Addresses survive up, down and up again, those of unknown states too"""
    known = [states[short] for short in random.sample(sorted(states), 10)]
    journey.go_up_with([*known, "Bavaria", "Nowhere", "Łódź"])
    journey.go("downgrade", "-1")
    journey.expect_below_head("after up and down")
    journey.go("upgrade", "head")
    journey.expect_at_head("after up, down and up")


@BOTH
@check(
    points=6,
    criterion="migration",
    hidden=True,
    timeout_s=15,
    hint="A text is a state if it is a name or an abbreviation, after blanks at its ends are taken away, and "
    "capitals made small. Any other text comes back letter by letter.",
)
def test_unusual_states_survive(random: Random, states: dict[str, str], journey: "Journey") -> None:
    """Each of the fifty states is known however it is written, and whatever is none comes back"""
    texts = [in_any_spelling(random, text) for pair in states.items() for text in pair]
    texts += UNKNOWN
    random.shuffle(texts)
    journey.go_up_with(texts)
    journey.expect_at_head("after `alembic upgrade head`")
    journey.go("downgrade", "-1")
    journey.expect_below_head("after up and down")


@BOTH
@check(
    points=6,
    criterion="migration",
    hidden=True,
    timeout_s=15,
    hint="The way down makes address from what is there now, not from a copy that the way up has made.",
)
def test_changes_survive_the_way_down(
    random: Random, states: dict[str, str], database: Relational, journey: "Journey"
) -> None:
    """What was changed and added after the last revision survives the way down"""
    shorts = random.sample(sorted(states), 8)
    journey.go_up_with([*(states[short] for short in shorts[:4]), "Bavaria"])
    ids = dict(journey.look("select abbreviation, id from public.state"))
    rows = journey.rows
    for place, short in ((0, shorts[4]), (4, shorts[5])):
        database.execute("update address set state_id = $1 where id = $2", ids.get(short), rows[place][0])
        rows[place] = (*rows[place][:3], short)
    database.execute("update address set city = $1 where id = $2", "Moved", rows[1][0])
    rows[1] = (*rows[1][:2], "Moved", rows[1][3])
    for address, city, short in zip(*journey.new(2), shorts[6:], strict=True):
        values = (f"new {address}"[:50], city, ids.get(short))
        said = journey.refuses("insert into address (address, city, state_id) values ($1, $2, $3)", *values)
        assert not said, f"address does not take a row with address, city and state_id: {said}"
        ((number,),) = journey.look("select id from public.address where address = $1", values[0])
        rows.append((number, *values[:2], short))
    journey.go("downgrade", "-1")
    journey.expect_below_head("after changes and `alembic downgrade -1`")
    journey.go("upgrade", "head")
    journey.expect_at_head("after changes, down and up")


@BOTH
@check(
    points=4,
    criterion="migration",
    hidden=True,
    timeout_s=15,
    hint="The text of an unknown state may stand in a column or a table of your own, but it has to be there.",
)
def test_unknown_states_are_kept_at_head(random: Random, database: Relational, journey: "Journey") -> None:
    """After the last revision the text of an unknown state is still somewhere in the database"""
    unknown = [f"nowhere {number}" for number in random.sample(range(1000, 10_000), 5)]
    journey.go_up_with(["Texas", *unknown])
    found = [journey.look(f'select * from public."{name}"') for name in database.tables() if '"' not in name]  # noqa: S608 - quoted
    everything = " ".join(str(value).lower() for rows in found for row in rows for value in row)
    lost = [text for text in unknown if text not in everything]
    assert not lost, f"the unknown state {lost[0]!r} is nowhere in the database after `alembic upgrade head`"
