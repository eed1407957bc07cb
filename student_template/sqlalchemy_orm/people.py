"""People and their addresses, through a session: the handout (README.md) says what each function has to do."""

from sqlalchemy.orm import Session


def add_person(session: Session, name: str, count: int) -> int:
    """Stores a person, and gives the id that the database has chosen."""
    raise NotImplementedError("add_person() is not written yet")


def find_by_name(session: Session, name: str) -> tuple[int, str, int] | None:
    """Gives id, name and count of a person of this name; None if there is none."""
    raise NotImplementedError("find_by_name() is not written yet")


def rename(session: Session, person_id: int, name: str) -> bool:
    """Gives a person another name; says whether there is such a person."""
    raise NotImplementedError("rename() is not written yet")


def remove(session: Session, person_id: int) -> bool:
    """Removes a person and all their addresses; says whether there was such a person."""
    raise NotImplementedError("remove() is not written yet")


def add_address(session: Session, person_id: int, street: str, city: str) -> int:
    """Stores an address of a person, and gives its id, which the database has chosen."""
    raise NotImplementedError("add_address() is not written yet")


def people_in(session: Session, city: str) -> list[str]:
    """Gives the names of those who have an address in a city, each name once."""
    raise NotImplementedError("people_in() is not written yet")


def addresses_of(session: Session, names: list[str]) -> dict[str, list[str]]:
    """Gives, by each of these names, the streets of everybody who is called so."""
    raise NotImplementedError("addresses_of() is not written yet")
