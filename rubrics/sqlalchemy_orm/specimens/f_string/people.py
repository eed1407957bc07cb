"""People and their addresses, through a session."""

from contextlib import contextmanager

from sqlalchemy import text

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
    return session.execute(text(f"select id, name, count from people where name = '{name}'")).first()


def rename(session, person_id, name):
    with saving(session):
        result = session.execute(text(f"update people set name = '{name}' where id = {person_id}"))
    return result.rowcount == 1


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
    question = f"select distinct name from people join address on person_id = people.id where city = '{city}'"
    return session.scalars(text(question)).all()


def addresses_of(session, names):
    streets = {name: [] for name in names}
    wanted = ", ".join(f"'{name}'" for name in names) or "null"
    question = f"select name, street from people join address on person_id = people.id where name in ({wanted})"
    for name, street in session.execute(text(question)):
        streets[name].append(street)
    return streets
