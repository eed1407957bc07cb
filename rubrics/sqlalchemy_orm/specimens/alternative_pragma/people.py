"""Sessions are closed after use, which gives back their connections; they open again when they are used."""

from collections import defaultdict
from functools import wraps

from models import Address, Person
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import contains_eager


def in_session(function):
    @wraps(function)
    def call(session, *arguments):
        with session:
            answer = function(session, *arguments)
            session.commit()
            return answer

    return call


@in_session
def add_person(session, name, count):
    person = Person(name=name, count=count)
    session.add(person)
    session.flush()
    return person.id


@in_session
def find_by_name(session, name):
    return session.query(Person.id, Person.name, Person.count).filter(Person.name == name).first()


@in_session
def rename(session, person_id, name):
    return session.query(Person).filter(Person.id == person_id).update({"name": name}) == 1


@in_session
def remove(session, person_id):
    try:
        session.delete(session.query(Person).filter(Person.id == person_id).one())
    except NoResultFound:
        return False
    return True


@in_session
def add_address(session, person_id, street, city):
    address = Address(person=session.get(Person, person_id), street=street, city=city)
    session.add(address)
    session.flush([address])
    return address.id


@in_session
def people_in(session, city):
    found = session.query(Address).join(Address.person).options(contains_eager(Address.person))
    return list({address.person.name for address in found.filter(Address.city == city)})


@in_session
def addresses_of(session, names):
    streets = defaultdict(list, {name: [] for name in names})
    people = session.query(Person).filter(Person.name.in_(names)).outerjoin(Person.places)
    for person in people.options(contains_eager(Person.places)):
        streets[person.name].extend(place.street for place in person.places)
    return streets
