"""What may fail stands in a savepoint of its own, inside the transaction that the session has anyway."""

from models import Address, Base, Person
from sqlalchemy import literal, select, union
from sqlalchemy.orm import Session


def _store(session: Session, *objects: Base) -> None:
    with session.begin_nested():
        session.add_all(objects)
    session.commit()


def add_person(session: Session, name: str, count: int) -> int:
    person = Person(name=name, count=count)
    _store(session, person)
    return person.id


def find_by_name(session: Session, name: str) -> tuple[int, str, int] | None:
    row = session.execute(select(Person.id, Person.name, Person.count).filter_by(name=name)).mappings().first()
    return tuple(row.values()) if row else None


def rename(session: Session, person_id: int, name: str) -> bool:
    if name is None:
        raise ValueError("a person needs a name")
    match session.get(Person, person_id, populate_existing=True):
        case None:
            return False
        case person:
            person.name = name
            _store(session)
            session.expire_all()
            return True


def remove(session: Session, person_id: int) -> bool:
    person = session.get(Person, person_id)
    if person is not None:
        with session.begin_nested():
            for address in list(person.address_by_id.values()):
                session.delete(address)
            session.flush()
            session.delete(person)
        session.commit()
    return person is not None


def add_address(session: Session, person_id: int, street: str, city: str) -> int:
    address = Address(person_id=person_id, street=street, city=city)
    _store(session, address)
    return address.id


def people_in(session: Session, city: str) -> list[str]:
    question = select(Person.name).where(Person.address_by_id.any(Address.city == city))
    return list(dict.fromkeys(session.scalars(question)))


def addresses_of(session: Session, names: list[str]) -> dict[str, list[str]]:
    answer: dict[str, list[str]] = {}
    for name in names:
        answer[name] = []
    if answer:
        for person in session.scalars(select(Person).where(Person.name.in_(answer))):
            answer[person.name].extend(address.street for address in person.address_by_id.values())
    return answer
