"""Each function is a transaction, even one that only reads."""

import models
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload


def add_person(session, name, count):
    with session.begin():
        person = models.Person(name=name, count=count)
        session.add(person)
        session.flush()
        return person.id


def find_by_name(session, name):
    with session.begin():
        for person in session.query(models.Person).filter_by(name=name).limit(1):
            return person.id, person.name, person.count
    return None


def rename(session, person_id, name):
    with session.begin():
        person = session.get(models.Person, person_id, with_for_update=True)
        if person:
            person.name = name
        return person is not None


def remove(session, person_id):
    with session.begin():
        person = session.get(models.Person, person_id, options=[selectinload(models.Person.homes)])
        if person:
            session.delete(person)
        return bool(person)


def add_address(session, person_id, street, city):
    with session.begin():
        person = session.get(models.Person, person_id, options=[selectinload(models.Person.homes)])
        address = models.Address(street=street, city=city, person_id=None)
        person.homes.append(address)
        session.flush()
        return address.id


def people_in(session, city):
    lives_there = exists().where(
        models.Address.person_id == models.Person.id, models.Address.city == city
    )
    with session.begin():
        return sorted({person.name for person in session.scalars(select(models.Person).where(lives_there))})


def addresses_of(session, names):
    question = select(models.Person).options(joinedload(models.Person.homes))
    with session.begin():
        people = session.scalars(question.where(models.Person.name.in_(set(names)))).unique().all()
        return {
            name: [home.street for person in people if person.name == name for home in person.homes]
            for name in names
        }
