"""People in a table, in SQLite and PostgreSQL: the handout (README.md) says what each function has to do."""

import sqlite3

import psycopg

Connection = sqlite3.Connection | psycopg.Connection


def create_table(conn: Connection) -> None:
    """Makes the table `people` with the columns id, name and count, if it is not there."""
    raise NotImplementedError("create_table() is not written yet")


def add_person(conn: Connection, name: str, count: int) -> int:
    """Stores a person, and gives the id that the database has chosen."""
    raise NotImplementedError("add_person() is not written yet")


def add_people(conn: Connection, people: list[tuple[str, int]]) -> int:
    """Stores all of these people or, if one of them cannot be stored, none; gives how many they are."""
    raise NotImplementedError("add_people() is not written yet")


def find_person(conn: Connection, name: str) -> tuple[int, str, int] | None:
    """Gives id, name and count of a person of this name; None if there is none."""
    raise NotImplementedError("find_person() is not written yet")


def find_people(conn: Connection, at_least: int) -> list[tuple[int, str, int]]:
    """Gives everybody with this count or more: the greatest count first, equal counts by name."""
    raise NotImplementedError("find_people() is not written yet")


def set_count(conn: Connection, name: str, count: int) -> int:
    """Gives everybody of this name another count, and says how many they are."""
    raise NotImplementedError("set_count() is not written yet")


def remove_person(conn: Connection, name: str) -> int:
    """Removes everybody of this name, and says how many they were."""
    raise NotImplementedError("remove_person() is not written yet")


def transfer(conn: Connection, giver: str, taker: str, amount: int) -> bool:
    """Moves a part of the giver's count to the taker; False, and nothing moved, if that cannot be."""
    raise NotImplementedError("transfer() is not written yet")
