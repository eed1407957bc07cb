"""People in a table, with SQLAlchemy Core: the handout (README.md) says what each function has to do."""

from sqlalchemy import Engine, MetaData

metadata = MetaData()

# Here stands the table, with its three columns: people = Table("people", metadata, ...)


def create_tables(engine: Engine) -> None:
    """Makes the table `people`, if it is not there."""
    raise NotImplementedError("create_tables() is not written yet")


def add_person(engine: Engine, name: str, count: int) -> int:
    """Stores a person, and gives the id that the database has chosen."""
    raise NotImplementedError("add_person() is not written yet")


def add_people(engine: Engine, rows: list[tuple[str, int]]) -> int:
    """Stores all of these people or, if one of them cannot be stored, none; gives how many they are."""
    raise NotImplementedError("add_people() is not written yet")


def find_person(engine: Engine, name: str) -> tuple[int, str, int] | None:
    """Gives id, name and count of a person of this name; None if there is none."""
    raise NotImplementedError("find_person() is not written yet")


def find_people(engine: Engine, at_least: int) -> list[tuple[int, str, int]]:
    """Gives everybody with this count or more: the greatest count first, equal counts by name."""
    raise NotImplementedError("find_people() is not written yet")


def set_count(engine: Engine, name: str, count: int) -> int:
    """Gives everybody of this name another count, and says how many they are."""
    raise NotImplementedError("set_count() is not written yet")


def remove_person(engine: Engine, name: str) -> int:
    """Removes everybody of this name, and says how many they were."""
    raise NotImplementedError("remove_person() is not written yet")


def count_by_initial(engine: Engine) -> dict[str, int]:
    """Gives, by the first character of their names, how many people there are."""
    raise NotImplementedError("count_by_initial() is not written yet")
