"""Weather readings in a database of your choice: the handout says what each function has to do."""

# Your choice: "sqlite", "postgres", "redis" or "mongodb".
BACKEND = ""


def setup(db) -> None:
    """Prepares the database: tables, indexes, whatever you need; harmless the second time."""
    raise NotImplementedError("setup() is not written yet")


def load(db, path: str) -> int:
    """Stores the readings of a CSV file, and gives how many of its lines are stored now."""
    raise NotImplementedError("load() is not written yet")


def one(db, station: str, date: str) -> dict | None:
    """Gives the reading of a station on a day, as "2024-02-29"; None if there is none."""
    raise NotImplementedError("one() is not written yet")


def many(db, city: str, from_date: str, to_date: str) -> list[dict]:
    """Gives the readings of a city between two days, both included, ordered by date."""
    raise NotImplementedError("many() is not written yet")


def hottest(db, n: int) -> list[dict]:
    """Gives the `n` readings with the greatest high_c, the greatest first."""
    raise NotImplementedError("hottest() is not written yet")
