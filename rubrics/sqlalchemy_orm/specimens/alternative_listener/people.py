"""Objects where something changes, SQL with bound values where something is asked."""

import models
from sqlalchemy import bindparam, text

FIND = text("SELECT id, name, count FROM people WHERE name = :name ORDER BY id LIMIT 1")
WHO = text(
    "SELECT DISTINCT p.name FROM people AS p, address AS a WHERE a.person_id = p.id AND a.city = :city"
)
WHERE = text(
    "SELECT name, street FROM people LEFT JOIN address ON person_id = people.id WHERE name IN :names"
).bindparams(bindparam("names", expanding=True))


class Work:
    def __init__(self, session):
        self.session = session

    def __enter__(self):
        self.session.rollback()
        return self.session

    def __exit__(self, kind, error, trace):
        if kind is None:
            try:
                self.session.commit()
                return
            except Exception:
                self.session.rollback()
                raise
        self.session.rollback()


def add_person(session, name, count):
    with Work(session) as work:
        person = models.Person(full_name=name, how_many=count)
        work.add(person)
        work.flush()
        number = person.number
    return number


def find_by_name(session, name):
    with Work(session) as work:
        row = work.execute(FIND, {"name": name}).fetchone()
    return row


def rename(session, person_id, name):
    with Work(session) as work:
        person = work.get(models.Person, person_id)
        if person is not None:
            person.full_name = name
    return person is not None


def remove(session, person_id):
    with Work(session) as work:
        person = work.get(models.Person, person_id)
        if person is not None:
            work.delete(person)
    return person is not None


def add_address(session, person_id, street, city):
    with Work(session) as work:
        address = models.Address(person_number=person_id, street=street, city=city)
        work.add(address)
        work.flush()
        return address.number


def people_in(session, city):
    with Work(session) as work:
        return work.execute(WHO, {"city": city}).scalars().all()


def addresses_of(session, names):
    found = {name: [] for name in names}
    if not found:
        return found
    with Work(session) as work:
        for name, street in work.execute(WHERE, {"names": list(found)}).all():
            found[name] += [street] if street else []
    return found
