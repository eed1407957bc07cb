"""People and their addresses, through a session."""

from contextlib import contextmanager

from sqlalchemy import select

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
    person = session.get(Person, person_id)
    if person is None:
        return False
    with saving(session):
        session.delete(person)
    return True


def add_address(session, person_id, street, city):
    address = Address(person_id=person_id, street=street, city=city)
    with saving(session):
        session.add(address)
    return address.id


def people_in(session, city):
    return session.scalars(
        select(Person.name).join(Person.addresses).where(Address.city == city).distinct()
    ).all()


def addresses_of(session, names):
    mark = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
    question = f"select street from address join people on person_id = people.id where name = {mark}"
    session.execute(select(Person.id).limit(1))
    cursor = session.connection().connection.driver_connection.cursor()
    return {name: [street for (street,) in cursor.execute(question, (name,))] for name in names}
