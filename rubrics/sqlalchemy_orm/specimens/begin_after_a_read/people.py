"""People and their addresses, through a session."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models import Address, Person


def add_person(session, name, count):
    with session.begin():
        person = Person(name=name, count=count)
        session.add(person)
        session.flush()
        return person.id


def find_by_name(session, name):
    person = session.scalars(select(Person).where(Person.name == name)).first()
    return person and (person.id, person.name, person.count)


def rename(session, person_id, name):
    with session.begin():
        person = session.get(Person, person_id)
        if person is None:
            return False
        person.name = name
        return True


def remove(session, person_id):
    with session.begin():
        person = session.get(Person, person_id)
        if person is None:
            return False
        session.delete(person)
        return True


def add_address(session, person_id, street, city):
    with session.begin():
        address = Address(person_id=person_id, street=street, city=city)
        session.add(address)
        session.flush()
        return address.id


def people_in(session, city):
    return session.scalars(
        select(Person.name).join(Person.addresses).where(Address.city == city).distinct()
    ).all()


def addresses_of(session, names):
    streets = {name: [] for name in names}
    question = select(Person).where(Person.name.in_(names)).options(selectinload(Person.addresses))
    for person in session.scalars(question):
        streets[person.name] += [address.street for address in person.addresses]
    return streets
