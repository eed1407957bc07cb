"""Statements that the session executes; the unit of work has nothing to do."""

from itertools import groupby

from models import Address, Person
from sqlalchemy import delete, insert, select, update


def _changed(session, *statements):
    try:
        *_, result = [session.execute(statement) for statement in statements]
        answer = result.scalar_one() if statements[0].is_insert else result.rowcount
    except BaseException:
        session.rollback()
        raise
    session.commit()
    return answer


def add_person(session, name, count):
    return _changed(session, insert(Person).values(name=name, count=count).returning(Person.id))


def find_by_name(session, name):
    with session.bind.connect() as connection:
        row = connection.execute(select(Person).where(Person.name == name).limit(1)).first()
    return None if row is None else row._tuple()


def rename(session, person_id, name):
    return bool(_changed(session, update(Person).where(Person.id == person_id).values(name=name)))


def remove(session, person_id):
    homes = delete(Address).where(Address.person_id == person_id)
    return bool(_changed(session, homes, delete(Person).where(Person.id == person_id)))


def add_address(session, person_id, street, city):
    values = {"person_id": person_id, "street": street, "city": city}
    return _changed(session, insert(Address).values(values).returning(Address.id))


def people_in(session, city):
    there = select(Address.person_id).where(Address.city == city)
    question = select(Person.name).where(Person.id.in_(there)).group_by(Person.name)
    return [name for (name,) in session.execute(question)]


def addresses_of(session, names):
    question = (
        select(Person.name, Address.street)
        .outerjoin_from(Person, Address, Person.id == Address.person_id)
        .where(Person.name.in_(names))
        .order_by(Person.name, Address.id)
    )
    found = {
        name: [street for _, street in rows if street is not None]
        for name, rows in groupby(session.execute(question), key=lambda row: row.name)
    }
    return {name: found.get(name, []) for name in names}
