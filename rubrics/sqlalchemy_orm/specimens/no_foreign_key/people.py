"""People and their addresses, through a session."""

from contextlib import contextmanager

from sqlalchemy import delete, select

from models import Address, Person


@contextmanager
def saving(session):
    try:
        yield
        session.commit()
    except Exception:
        session.rollback()
        raise


def add_person(session, name, count):
    person = Person(name=name, count=count)
    with saving(session):
        session.add(person)
    return person.id


def find_by_name(session, name):
    person = session.scalars(select(Person).where(Person.name == name)).first()
    return person and (person.id, person.name, person.count)


def rename(session, person_id, name):
    person = session.get(Person, person_id)
    if person is None:
        return False
    with saving(session):
        person.name = name
    return True


def remove(session, person_id):
    with saving(session):
        session.execute(delete(Address).where(Address.person_id == person_id))
        return session.execute(delete(Person).where(Person.id == person_id)).rowcount > 0


def add_address(session, person_id, street, city):
    address = Address(person_id=person_id, street=street, city=city)
    with saving(session):
        session.add(address)
    return address.id


def people_in(session, city):
    return session.scalars(
        select(Person.name).join(Address, Address.person_id == Person.id).where(Address.city == city).distinct()
    ).all()


def addresses_of(session, names):
    streets = {name: [] for name in names}
    question = (
        select(Person.name, Address.street)
        .join(Address, Address.person_id == Person.id)
        .where(Person.name.in_(names))
    )
    for name, street in session.execute(question):
        streets[name].append(street)
    return streets
