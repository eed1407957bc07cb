"""Each call has a session of its own on the same engine; it reads whole tables and sorts out in Python."""
from collections import Counter

from sqlalchemy.orm import sessionmaker

from models import Address, Person


def _begin(session):
    maker = sessionmaker(session.get_bind(), expire_on_commit=False)
    return maker.begin()


def add_person(session, name, count):
    with _begin(session) as own:
        own.add(person := Person(name=name, count=count))
    return person.id


def find_by_name(session, name):
    with _begin(session) as own:
        found = own.query(Person).filter_by(name=name).order_by(Person.id.desc()).first()
        if found is not None:
            return found.as_tuple()


def rename(session, person_id, name):
    with _begin(session) as own:
        found = own.query(Person).filter_by(id=person_id).all()
        for person in found:
            person.name = name
        return len(found) == 1


def remove(session, person_id):
    with _begin(session) as own:
        person = own.get(Person, person_id)
        if person is None:
            return False
        own.delete(person)
        return True


def add_address(session, person_id, street, city):
    with _begin(session) as own:
        address = Address(street=street, city=city)
        address.person_id = person_id
        own.add(address)
        own.flush()
        own.refresh(address)
        return address.id


def people_in(session, city):
    with _begin(session) as own:
        return list(Counter(address.person.name for address in own.query(Address) if address.city == city))


def addresses_of(session, names):
    with _begin(session) as own:
        everything = own.query(Address).all()
    wanted = {n: [] for n in names}
    for address in everything:
        if address.person.name in wanted:
            wanted[address.person.name].append(address.street)
    return wanted
